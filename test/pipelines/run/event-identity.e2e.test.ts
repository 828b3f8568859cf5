import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import {
  change,
  copiesOf,
  differences,
  docktally,
  hubOf,
  rebuildHere,
  rowsOf,
  syncHere,
  writeConfig,
} from "../../kit/at-work.ts";

const ORGS = ["acme", "beta"] as const;
const HOUR = 3_600_000;
const now = Date.now();

function push(organization: Organization, hoursAgo: number, tag: string, eventId: string | undefined): void {
  const draft = { action: "repo.tag.push", name: `${organization.name}/app`, actor: "boss", data: { tag } };
  addEvent(organization, { ...draft, atMs: now - hoursAgo * HOUR, eventId });
}

const organizationsThen = () =>
  ORGS.map((name) => {
    const organization = emptyOrganization(name);
    addMember(organization, { username: "boss", role: "Owner" });
    push(organization, 500, "v1", "again");
    push(organization, 490, "v2", "second");
    return organization;
  });

const syncedFolder = copiesOf(async (folder) => {
  const hub = await hubOf(organizationsThen());
  expect((await syncHere({ folder, hub, orgs: ORGS, at: new Date(now - 480 * HOUR) })).exitCode).toBe(0);
});

/** Two organizations that were synced twenty days ago, with the same ids in both. */
async function synced() {
  const organizations = organizationsThen();
  const hub = await hubOf(organizations);
  const cwd = await syncedFolder();
  writeConfig(cwd, hub, ORGS);
  const env = { SECRET_0: "dckr_oat_demo-acme", SECRET_1: "dckr_oat_demo-beta" };
  const published = join(cwd, "data/warehouse.duckdb");
  return {
    cwd,
    hub,
    organizations,
    published,
    state: join(cwd, "data/state/warehouse.duckdb"),
    run: (...args: string[]) => docktally(args, { cwd, env }),
    rows: (query: string) => rowsOf(published, query),
    async expectSameAfterRebuild() {
      copyFileSync(published, join(cwd, "before.duckdb"));
      const again = await rebuildHere(cwd);
      expect([again.exitCode, again.warnings]).toEqual([0, []]);
      expect(await differences(join(cwd, "before.duckdb"), published)).toEqual([]);
    },
  };
}

it("an event_id that comes again twenty days later ends with 0: one fact, one duplicate, one warning, published; rebuild makes the same", async () => {
  const { organizations, run, rows, expectSameAfterRebuild } = await synced();
  push(organizations[0]!, 5, "v3", "again");
  push(organizations[0]!, 4, "v4", "third");
  const ran = await run("sync", "--json", "--quiet");
  expect([ran.code, ran.json.status]).toEqual([0, "ok"]);
  expect(ran.stderr).toMatch(/^warning: acme: Docker Hub gave the event_id "again" to two events\. .*\n$/);
  expect(ran.json.connections[0].streams.auditlog).toMatchObject({ status: "ok", facts_new: 1 });
  expect(await rows("select org, data ->> '$.tag' as tag from fct_usage where fact_id = 'again' order by org")).toEqual(
    [
      { org: "acme", tag: "v1" },
      { org: "beta", tag: "v1" },
    ],
  );
  expect(await rows("select org, stream, kind from ops.warnings")).toEqual([
    { org: "acme", stream: "auditlog", kind: "repeated_event_id" },
  ]);
  const again = await run("sync", "--json", "--quiet");
  expect([again.code, again.stderr]).toEqual([0, ""]);
  expect(await rows("select count(*) as n from ops.warnings")).toEqual([{ n: 1 }]);
  await expectSameAfterRebuild();
});

it("ids that vanish and come back double nothing in the look-back", async () => {
  const { hub, organizations, run, rows, expectSameAfterRebuild } = await synced();
  for (const organization of organizations) {
    for (const [n, hoursAgo] of [9, 8, 8, 8, 7].entries()) push(organization, hoursAgo, "same", `new-${n}`);
  }
  const facts = () => rows("select org, count(*) as n from fct_usage group by org order by org");
  const seven = ORGS.map((org) => ({ org, n: 7 }));
  for (const scenario of [null, "no-event-id", "no-event-id", null]) {
    hub.setScenario(scenario === null ? undefined : scenarioOf(scenario));
    const ran = await run("sync", "--json", "--quiet");
    expect([ran.code, ran.stderr, scenario]).toEqual([0, "", scenario]);
    expect(await facts()).toEqual(seven);
  }
  await expectSameAfterRebuild();
});

it("a check that fails says what is wrong and what to do next, and that does it", async () => {
  const { state, run } = await synced();
  await change(state, "insert into fct_usage select * from fct_usage where org = 'acme' limit 1");
  const failed = await run("sync", "--json", "--quiet");
  expect([failed.code, failed.json.status]).toEqual([6, "failed"]);
  expect(failed.json.message).toMatch(/first: acme: fact \w+ stands 2 times.*Next: run docktally rebuild: /);
  expect((await run("rebuild", "--json")).code).toBe(0);
});

it.each(["sync", "rebuild"])(
  "%s gives facts of other rules today's names, says so once, and publishes marts of them",
  async (command) => {
    const { state, run, rows } = await synced();
    const days = await rows("select * from org_day order by all");
    await change(
      state,
      "update fct_usage set action = 'repo.shove', category = 'shoving', verb = 'shove' where org = 'acme'",
      "update dim_action set action = 'repo.shove' where source_action = 'repo.tag.push'",
      "update ops.rules set rules_version = 'of another program'",
    );
    const first = await run(command);
    expect([first.code, /rules changed.*: 2 facts have another action/.test(first.stderr)]).toEqual([
      0,
      command === "sync",
    ]);
    expect(await rows("select distinct action, category, verb from fct_usage where source = 'auditlog'")).toEqual([
      { action: "repo.push", category: "repo", verb: "push" },
    ]);
    expect(await rows("select * from org_day order by all")).toEqual(days);
    const again = await run(command);
    expect([again.code, again.stderr.match(/rules changed/)]).toEqual([0, null]);
  },
);

it("where what makes a fact changed, all are made again from the raw files; not where these are gone", async () => {
  const { cwd, state, run, rows } = await synced();
  const facts = "select fact_id, org from fct_usage order by all";
  const before = await rows(facts);
  const older = () =>
    change(state, "update fct_usage set fact_id = 'old-' || fact_id", "update ops.rules set facts_version = 0");
  await older();
  const renewed = await run("sync", "--json");
  expect([renewed.code, renewed.stderr]).toEqual([0, expect.stringContaining("making all of them again")]);
  expect(await rows(facts)).toEqual(before);
  expect((await run("sync")).stderr).not.toContain("again from the raw files");
  await older();
  renameSync(join(cwd, "data/raw/auditlog/org=beta"), join(cwd, "elsewhere"));
  const kept = await run("sync", "--json");
  expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining("raw files are gone")]);
  expect(await rows("select count(*) as n from fct_usage where starts_with(fact_id, 'old-')")).toEqual([{ n: 4 }]);
});
