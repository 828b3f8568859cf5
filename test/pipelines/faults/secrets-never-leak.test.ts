import { expect, it, onTestFinished } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { demoSecret } from "../../../demo/organization.ts";
import { type Reply, refusal } from "../../../demo/reply.ts";
import { type Call, combine, type Scenario, type Stream } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { filesBelow, filesWith, type Ran, rowsOf } from "../../kit/at-work.ts";
import { FaultyHubs } from "../../kit/faulty-hubs.ts";

/** Notes every bearer that a hub hands out. */
function listening(bearers: Set<string>): Scenario {
  return {
    name: "listening",
    after: (reply, call) => {
      if (call.stream === "token" && reply.status === 200)
        bearers.add((JSON.parse(String(reply.body)) as { access_token: string }).access_token);
      return reply;
    },
  };
}

/** Says back what it was sent, in the words, in the headers and in the address of a redirect. */
const echoing = (streams: readonly Stream[], reply: (said: string, call: Call) => Reply) =>
  answering("echoing", { streams }, (call) => reply(`${call.headers.authorization ?? ""} ${demoSecret("org")}`, call));

const moved = (said: string, { hub, path }: Call): Reply => ({
  status: 307,
  headers: { location: `${hub.otherOrigin}${path}?said=${encodeURIComponent(said)}` },
  body: said,
  delivery: "whole",
});

it("no secret and no bearer is in anything that the program wrote, and none left for another origin", async () => {
  const bearers = new Set<string>();
  const faults: Record<string, Scenario> = {
    "org-good": scenarioOf("next-foreign-host"),
    "org-echo": echoing(["members", "invites"], (said) => refusal(403, said, said)),
    "org-fail": echoing(["auditlogs"], (said) => ({ ...refusal(500, said), body: said })),
    "org-moved": echoing(["members", "auditlogs"], moved),
    "org-login": echoing(["token"], (said) => refusal(401, said)),
    "org-names": scenarioOf("sql-names"),
  };
  const hubs = await FaultyHubs.start(
    Object.fromEntries(Object.entries(faults).map(([org, fault]) => [org, combine(fault, listening(bearers))])),
  );
  onTestFinished(() => hubs.close());
  const said: Ran[] = [await hubs.run("sync", "--json")];
  expect(said[0]!.code).toBe(4);
  said.push(...(await Promise.all([hubs.run("check"), hubs.run("status", "--json"), hubs.run("report", "licenses")])));
  expect(bearers.size).toBeGreaterThanOrEqual(6);
  const secrets = [...bearers, ...[...bearers].map((bearer) => bearer.split(".")[2]!), demoSecret("org")];
  for (const secret of secrets)
    for (const { stdout, stderr } of said) expect(`${stdout}${stderr}`).not.toContain(secret);
  expect(filesWith(hubs.folder, secrets)).toEqual([]);
  expect(filesBelow(hubs.folder).filter((file) => secrets.some((secret) => file.includes(secret)))).toEqual([]);
  // Parquet and DuckDB compress: what they hold is read back
  const tables = await hubs.rows(
    "select schema_name || '.' || table_name as name from duckdb_tables() where database_name = current_database()",
  );
  expect(tables.length).toBeGreaterThan(10);
  const raw = `read_parquet('${hubs.folder}/data/raw/*/*/*.parquet', union_by_name = true)`;
  for (const relation of [raw, ...tables.map(({ name }) => String(name))]) {
    const texts = (await rowsOf(hubs.warehouse, `select r::varchar as row_text from ${relation} as r`)).map((row) =>
      String(row.row_text),
    );
    for (const secret of secrets) expect(texts.join("\n").includes(secret), relation).toBe(false);
  }
  for (const { hub } of hubs.all) {
    const odd = hub.requests.filter(
      ({ method, path, foreign, authorized }) =>
        foreign || method !== (path === "/v2/auth/token" ? "POST" : "GET") || authorized !== (method === "GET"),
    );
    expect(odd).toEqual([]);
  }
  // names that look like SQL are texts: no relation is gone, and each is in its column as it was sent
  const tags = await hubs.rows("select tag from fct_usage where org = 'org-names' and tag like '%drop table%'");
  expect(tags).toEqual([{ tag: "'); drop table usage_facts; --" }]);
});
