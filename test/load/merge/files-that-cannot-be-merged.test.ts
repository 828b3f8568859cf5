import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import type { DemoHub } from "../../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization, eventsOf, type Organization } from "../../../demo/organization.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { copiesOf, filesBelow, hubOf, rebuildHere, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORGS = ["acme", "beta"];
const NOW = Date.now();

function organization(name: string): Organization {
  const made = emptyOrganization(name);
  addMember(made, { username: "boss", role: "Owner" });
  made.invites.push({
    id: "i-1",
    inviter_username: "boss",
    invitee: "finn",
    org: name,
    team: "core",
    role: "member",
    created_at: "2026-05-30T08:00:00Z",
  });
  for (let n = 0; n < 60; n++) {
    const atMs = NOW - 60_000 - n * 20 * 3_600_000;
    addEvent(made, { action: "repo.tag.push", name: `${name}/app`, actor: "boss", atMs, eventId: `${name}${n}` });
  }
  return made;
}

const syncedFolder = copiesOf(async (folder) => {
  const hub = await hubOf(ORGS.map(organization));
  expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(0);
});

/** A data folder that was synced once, and a hub with the same events. */
async function synced(): Promise<{ folder: string; hub: DemoHub }> {
  return { folder: await syncedFolder(), hub: await hubOf(ORGS.map(organization)) };
}

/** The raw file of acme's stream that holds most. */
function fileOf(folder: string, stream: string): string {
  const data = join(folder, "data/");
  const [file] = filesBelow(join(data, "raw", stream, "org=acme")).filter((path) => path.endsWith(".parquet"));
  return file!.slice(data.length);
}

const published = (folder: string) => join(folder, "data/warehouse.duckdb");
const warnings = (folder: string) =>
  rowsOf(published(folder), "select org, stream, kind, message from ops.warnings order by warned_at");

/** Every event of every organization, once. */
async function isWhole(folder: string, hub: DemoHub): Promise<void> {
  const facts = await rowsOf(published(folder), "select event_id from fct_usage");
  const events = hub.organizations.flatMap((one) => [...eventsOf(one)].map(({ event_id }) => event_id));
  expect(facts.map(({ event_id }) => event_id).sort()).toEqual(events.sort());
}

/**
 * Makes a table of the writer's warehouse take only rows of which this holds (null: all), which stands for whatever nobody foresaw; `isNew`
 * empties the warehouse, so that the next run merges all raw files again.
 */
async function refuse(folder: string, rule: string | null, isNew: boolean, table = "ops.loaded_files"): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, "data/state/warehouse.duckdb"));
  const connection = await instance.connect();
  const name = table.replace(/^ops\./, "");
  const reader = await connection.runAndReadAll(`select sql from duckdb_tables() where table_name = '${name}'`);
  const plain = String(reader.getRows()[0]![0]).replace(/, CHECK\(.*\)\);$/, ");");
  const guarded = rule === null ? plain : plain.replace(/\);$/, `, check (${rule}));`);
  const emptied = ["fct_usage", "dim_member", "ops.member_snapshots", "ops.member_insights", "ops.rejected"];
  for (const statement of [
    `create temp table kept as from ${table}`,
    `drop table ${table}`,
    guarded,
    ...(isNew
      ? [...emptied, "ops.loaded_files"].map((one) => `delete from ${one}`)
      : [`insert into ${table} from kept`]),
  ])
    await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

describe.each(["auditlog", "members", "invites", "actions"])("a raw file of %s that cannot be merged", (stream) => {
  it("is named and left, all else goes on, exit 4; once it can be merged it is, exit 0", async () => {
    const { folder, hub } = await synced();
    const file = fileOf(folder, stream);
    await refuse(folder, `raw_file <> '${file}'`, true);
    for (let night = 0; night < 2; night++) {
      const report = await syncHere({ folder, hub, orgs: ORGS });
      expect([report.exitCode, report.status]).toEqual([4, "partial"]);
      const found = await warnings(folder);
      expect(found).toMatchObject([{ org: "acme", stream, kind: "unmerged_raw_file" }]);
      expect(found[0]!.message).toContain(file);
      expect(existsSync(join(folder, "data", file))).toBe(true);
      // the source still has what the file holds
      await isWhole(folder, hub);
      const seats = await rowsOf(published(folder), "select org from seats order by all");
      expect(seats).toEqual(["acme", "acme", "beta", "beta"].map((org) => ({ org })));
    }
    const rebuilt = await rebuildHere(join(folder, "data"));
    expect(rebuilt).toMatchObject({ exitCode: 4, status: "partial", broken_files: [], unmerged_files: [file] });
    await refuse(folder, null, false);
    expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(0);
    const rows = `select count(*) as n from ops.loaded_files where raw_file = '${file}'`;
    expect(await rowsOf(published(folder), rows)).toEqual([{ n: 1 }]);
    await isWhole(folder, hub);
    expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(0);
  });
});

it("a window that this run read and could not merge is a stream that failed, and is said in its message", async () => {
  const { folder, hub } = await synced();
  const since = new Date().toISOString();
  await refuse(folder, `not starts_with(raw_file, 'raw/auditlog/org=acme') or loaded_at < timestamp '${since}'`, false);
  const report = await syncHere({ folder, hub, orgs: ORGS });
  expect(report).toMatchObject({ exitCode: 4, connections: [{ status: "partial" }, { status: "ok" }] });
  const { members, auditlog } = report.connections[0]!.streams;
  expect([members.status, auditlog.status]).toEqual(["ok", "failed"]);
  expect(auditlog.message).toMatch(/could not be merged.*next run tries it again/);
});

it("a window that breaks a rule of the warehouse is merged after all where its facts are known by then", async () => {
  const { folder, hub } = await synced();
  const file = fileOf(folder, "auditlog");
  await refuse(folder, `raw_file <> '${file}'`, true, "fct_usage");
  expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(4);
  expect(await warnings(folder)).toMatchObject([{ message: expect.stringContaining(file) }]);
  await isWhole(folder, hub);
  expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(0);
  await isWhole(folder, hub);
});

it("one window of many that cannot be merged takes no other with it", async () => {
  const { folder, hub } = await synced();
  const file = fileOf(folder, "auditlog");
  await refuse(folder, `raw_file <> '${file}'`, true, "fct_usage");
  const report = await rebuildHere(join(folder, "data"));
  expect(report.unmerged_files).toEqual([file]);
  const [left] = await rowsOf(
    published(folder),
    "select count(*) filter (stream = 'auditlog') as windows, sum(facts) filter (stream = 'auditlog') as facts from ops.loaded_files",
  );
  const files = filesBelow(join(folder, "data/raw/auditlog")).filter((path) => path.endsWith(".parquet"));
  expect(Number(left!.windows)).toBe(files.length - 1);
  const events = hub.organizations.flatMap((one) => [...eventsOf(one)]);
  expect(Number(left!.facts)).toBeGreaterThan(events.length / 2);
});

it("a file of a stream that this version does not know is named and left where it is", async () => {
  const { folder, hub } = await synced();
  const at = new Date();
  const meta = { org: "acme", stream: "dreams", kind: "snapshot", run_id: newRunId(at) } as const;
  const file = await new RawStore(join(folder, "data")).write(
    { ...meta, read_at: at, window_from: at, window_to: at },
    [],
  );
  expect((await syncHere({ folder, hub, orgs: ORGS })).exitCode).toBe(4);
  expect(await warnings(folder)).toMatchObject([{ stream: "dreams", message: expect.stringContaining(file) }]);
  expect(existsSync(join(folder, "data", file))).toBe(true);
});
