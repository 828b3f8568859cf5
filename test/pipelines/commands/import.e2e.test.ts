import { appendFileSync, copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addMember, emptyOrganization } from "../../../demo/organization.ts";
import { csvOf } from "../../../demo/reports.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { differences, docktally, emptyFolder, hubOf, rowsOf, syncHere, writeConfig } from "../../kit/at-work.ts";

const ORG = "acme";
const COLUMNS = [
  ...["datehour", "user_name", "repository", "access_token_name", "ips"],
  ...["repository_privacy", "tag", "digest", "version_checks", "pulls"],
];
const DAY_MS = 86_400_000;
/** The whole UTC days before this one. */
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const hour = (days: number, at = "05") => `${dayAgo(days).replaceAll("-", "/")}/${at}`;

type Cells = readonly (string | number)[];
const row = (datehour: string, user: string, counts: readonly [number, number], token = "generated"): Cells => [
  ...[datehour, user, "acme/api", token, "192.0.2.1, 192.0.2.2", "private", "1.0", "sha256:0"],
  ...counts,
];

/** A folder with a configuration without any credential. */
function folderOf(orgs: readonly string[] = [ORG]): string {
  const cwd = emptyFolder();
  writeFileSync(
    join(cwd, "docktally.yaml"),
    `connections:\n${orgs.map((org) => `  - org: ${org}\n    name: the-${org}\n`).join("")}`,
  );
  return cwd;
}

const publishedIn = (cwd: string) => join(cwd, "data", "warehouse.duckdb");

it("exports are loaded into a new folder without a credential, once each row, and a rebuild gives the same", async () => {
  const cwd = folderOf();
  const sent = [row(hour(9), "Ann", [1, 2]), row(hour(9), "Ann", [1, 2]), row(hour(8), "bob", [0, 3], "ci")];
  writeFileSync(join(cwd, "one.csv"), `\uFEFF${csvOf(COLUMNS, sent)}`);
  // another order of columns, capitals, one row with larger numbers, a cell with a newline
  const turned = [row(hour(8), "bob", [0, 30], "ci"), row(hour(6), 'd"\nd', [4, 0], "")].map((cells) =>
    cells.toReversed(),
  );
  writeFileSync(join(cwd, "two.csv"), csvOf(COLUMNS.map((name) => name.toUpperCase()).reverse(), turned));
  const first = await docktally(["import", "pulls", "one.csv", "two.csv", "--json"], { cwd });
  expect([first.code, first.stderr.includes("warning")]).toEqual([0, false]);
  expect(first.json).toMatchObject({ status: "ok", org: ORG, connection: "the-acme" });
  expect(first.json.files).toEqual([
    { file: "one.csv", rows: 3, facts: 2, days: 2, from: dayAgo(9), to: dayAgo(8) },
    { file: "two.csv", rows: 2, facts: 1, days: 3, from: dayAgo(8), to: dayAgo(6) },
  ]);
  expect((await docktally(["import", "pulls", "one.csv", "--connection", "THE-ACME"], { cwd })).code).toBe(0);
  const facts = await rowsOf(
    publishedIn(cwd),
    "select actor, via_token, token_label, quantity, source, occurred_at::date::varchar as day from fct_usage order by occurred_at",
  );
  const common = { via_token: false, token_label: null, source: "usage_export" };
  expect(facts).toEqual([
    { ...common, actor: "ann", quantity: 6, day: dayAgo(9) },
    { ...common, actor: "bob", via_token: true, token_label: "ci", quantity: 30, day: dayAgo(8) },
    { ...common, actor: 'd"\nd', quantity: 4, day: dayAgo(6) },
  ]);
  expect(await rowsOf(publishedIn(cwd), "select count(*) as days from ops.coverage where stream = 'pulls'")).toEqual([
    { days: 4 },
  ]);
  const before = join(cwd, "before.duckdb");
  copyFileSync(publishedIn(cwd), before);
  expect((await docktally(["rebuild"], { cwd })).code).toBe(0);
  expect(await differences(before, publishedIn(cwd))).toEqual([]);
});

it("a file of another shape ends with 2, names line and column, and of no file anything is loaded", async () => {
  const cwd = folderOf();
  const good = csvOf(COLUMNS, [row(hour(9), "ann", [1, 2])]);
  writeFileSync(join(cwd, "good.csv"), good);
  writeFileSync(join(cwd, "empty.csv"), "");
  const files: Readonly<Record<string, string>> = {
    "missing.csv": csvOf(COLUMNS.slice(1), [row(hour(9), "ann", [1, 2]).slice(1)]),
    "hour.csv": `${good}${good.split("\n")[1]!.replace(hour(9), "2026/02/30/05")}\n`,
    "count.csv": `${good}${csvOf(row(hour(9), "ann", [1, -2]).map(String), [])}`,
    "cut.csv": `${good}${hour(9)},ann,"acme`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
  const ran = await docktally(["import", "pulls", "good.csv", "empty.csv", "gone.csv", ...Object.keys(files)], { cwd });
  expect(ran.code).toBe(2);
  for (const said of [
    "missing.csv, line 1, column datehour: ",
    "hour.csv, line 3, column datehour: ",
    "count.csv, line 3, column pulls: ",
    "cut.csv, line 3, column ",
    "empty.csv, line 1: ",
    "gone.csv: ",
  ])
    expect(ran.stderr).toContain(said);
  expect(existsSync(join(cwd, "data"))).toBe(false);
});

it("it must be known whose pulls a file has: else it ends with 2, and with 5 where another run holds the warehouse", async () => {
  const cwd = folderOf([ORG, "brisk"]);
  writeFileSync(join(cwd, "one.csv"), csvOf(COLUMNS, [row(hour(9), "ann", [1, 2])]));
  const run = (...flags: string[]) => docktally(["import", "pulls", "one.csv", ...flags], { cwd });
  for (const [flags, said] of [
    [[], "the-acme, the-brisk"],
    [["--connection", "acmee"], "acmee"],
    [["--connection", "the-acme", "--connection", "the-brisk"], "one connection"],
  ] as const) {
    const ran = await run(...flags);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(said)]);
  }
  const holder = await openWriter(join(cwd, "data"));
  const held = await run("--connection", "the-acme");
  holder.close();
  expect([held.code, readdirSync(join(cwd, "data"))]).toEqual([5, ["state"]]);
});

it("who only pulls is active after an import: without a token, or by a token of theirs only, and the pulls are observed", async () => {
  const hub = await hubOf([emptyOrganization(ORG)]);
  for (const username of ["boss", "ann", "bob", "idle"])
    addMember(hub.organizations[0]!, { username, role: username === "boss" ? "Owner" : "Member" });
  const folder = emptyFolder();
  expect((await syncHere({ folder, hub, orgs: [ORG] })).exitCode).toBe(0);
  const requests = hub.requests.length;
  const env = writeConfig(folder, hub, [ORG]);
  const file = join(folder, "one.csv");
  writeFileSync(file, csvOf(COLUMNS, [row(hour(70), "ann", [1, 0]), row(hour(3), "ann", [1, 2])]));
  appendFileSync(file, csvOf(row(hour(1), "bob", [1, 2], "ci").map(String), []));
  const ran = await docktally(["import", "pulls", "one.csv"], { cwd: folder, env });
  expect([ran.code, hub.requests.length]).toEqual([0, requests]);
  const seats = await rowsOf(
    publishedIn(folder),
    `select username, status, confidence, last_activity, last_activity_source, last_pull_at::date::varchar as pulled, only_token_activity, status_reason
     from seats where username <> 'boss' order by 1`,
  );
  const common = { confidence: "medium", last_activity: "repo.pull", last_activity_source: "usage_export" };
  expect(seats).toMatchObject([
    { ...common, username: "ann", status: "active", pulled: dayAgo(3), only_token_activity: false },
    { ...common, username: "bob", status: "active", pulled: dayAgo(1), only_token_activity: true },
    { username: "idle", confidence: "medium", pulled: null },
  ]);
  expect(seats[1]!.status_reason).toContain("token");
});
