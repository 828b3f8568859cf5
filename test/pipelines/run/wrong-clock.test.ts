import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bulkOrganization } from "../../../demo/organizations.ts";
import { jsonReply } from "../../../demo/reply.ts";
import type { Scenario, Stream } from "../../../demo/scenario.ts";
import { altering } from "../../../demo/target.ts";
import { slicePage } from "../../../extract/page.ts";
import { newRunId, RawStore } from "../../../extract/raw/store.ts";
import { rebuild } from "../../../pipelines/run/rebuild.ts";
import { change, copiesOf, emptyFolder, filesBelow, hubOf, type Row, rowsOf, syncHere } from "../../kit/at-work.ts";

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;

const acme = (name = "acme") => bulkOrganization(name, 40, { days: 10, members: 4 });
const ahead = (clockSkewMs: number): Scenario => ({ name: "another clock", clockSkewMs });
/** One reply of a stream, or all of them, with another Date. */
const dated = (date: string, streams: Stream[], times = Number.POSITIVE_INFINITY) =>
  altering("date", { streams, times }, (reply) => ({ ...reply, headers: { ...reply.headers, date } }));
const inAYear = () => new Date(Date.now() + year).toUTCString();
const every: Stream[] = ["token", "members", "invites", "auditlogs", "actions"];

const ask = (folder: string, query: string): Promise<Row[]> => rowsOf(join(folder, "data/warehouse.duckdb"), query);
const rawOf = (folder: string) => filesBelow(join(folder, "data")).filter((file) => file.includes("/raw/"));
/** The newest time by which anything in the warehouse is dated. */
const newest = async (folder: string): Promise<number> => {
  const times = `select max(read_at) as newest from ops.loaded_files union all select max(window_to) from ops.loaded_files
    union all select max(taken_at) from ops.member_snapshots union all select max(valid_from) from dim_member
    union all select max(occurred_at) from fct_usage`;
  const [row] = await ask(folder, `select epoch_ms(max(newest)) as newest from (${times})`);
  return Number(row!.newest);
};

/** A folder that was read once, by a right clock. */
const syncedFolder = copiesOf(async (folder) => {
  expect((await syncHere({ folder, hub: await hubOf([acme()]), orgs: ["acme"] })).exitCode).toBe(0);
});

describe("where the server's clock and ours are more than a day apart, nothing is merged and both times are told", () => {
  it.each<[string, Scenario]>([
    ["a year ahead", ahead(year)],
    ["twenty-five hours ahead", ahead(25 * hour)],
    ["twenty-five hours behind", ahead(-25 * hour)],
    ["at the epoch", dated("Thu, 01 Jan 1970 00:00:00 GMT", every)],
    ["only once it is asked for members", dated(inAYear(), ["members", "invites", "auditlogs"])],
  ])("%s: exit 1", async (_, scenario) => {
    const folder = emptyFolder();
    const hub = await hubOf([acme()], { scenario });
    const report = await syncHere({ folder, hub, orgs: ["acme"] });
    expect(report.exitCode).toBe(1);
    const { members, auditlog } = report.connections[0]!.streams;
    expect([members.status, auditlog.status]).toEqual(["failed", "failed"]);
    const iso = /(\d{4}-\d\d-\d\dT[\d:.]+Z).*(\d{4}-\d\d-\d\dT[\d:.]+Z).* more than a day apart/;
    const [, server, ours] = iso.exec(members.message ?? "") ?? [];
    expect(Math.abs(Date.parse(server!) - Date.parse(ours!))).toBeGreaterThan(day);
    expect(Math.abs(Date.parse(ours!) - Date.now())).toBeLessThan(60_000);
    expect(rawOf(folder)).toEqual([]);
    expect(existsSync(join(folder, "data/warehouse.duckdb"))).toBe(false);
  });

  it("and another connection's data is loaded all the same: exit 4", async () => {
    const folder = emptyFolder();
    const [good, bad] = [await hubOf([acme("good")]), await hubOf([acme("bad")], { scenario: ahead(year) })];
    const report = await syncHere({ folder, hub: good, orgs: ["bad", "good"], more: { bad: [`url: ${bad.url}`] } });
    expect([report.exitCode, ...report.connections.map(({ status }) => status)]).toEqual([4, "failed", "ok"]);
    expect(await ask(folder, "select distinct org from ops.loaded_files")).toEqual([{ org: "good" }]);
  });

  it("and readers keep what they have: nothing is judged by a clock that may be the wrong one", async () => {
    const [folder, hub] = [await syncedFolder(), await hubOf([acme()])];
    const before = readFileSync(join(folder, "data/warehouse.duckdb"));
    hub.setScenario(ahead(year));
    expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(1);
    expect(readFileSync(join(folder, "data/warehouse.duckdb")).equals(before)).toBe(true);
  });
});

describe("one wrong reply among right ones is outvoted", () => {
  it.each<[string, () => Scenario]>([
    ["the login's", () => dated(inAYear(), ["token"], 1)],
    ["the login's, by less than a day", () => dated(new Date(Date.now() + 20 * hour).toUTCString(), ["token"], 1)],
    ["the first of the members", () => dated(inAYear(), ["members"], 1)],
    ["the invitations'", () => dated(inAYear(), ["invites"], 1)],
    ["the first of the audit log", () => dated(inAYear(), ["auditlogs"], 1)],
    ["and so is none that can be read", () => dated("soon 5", every)],
    ["and so is an empty one", () => dated("", every)],
    [
      "and so is a failed login's before the right one",
      () => ({
        name: "500 in a year",
        before: ({ stream, earlier }) =>
          stream === "token" && earlier === 0 ? jsonReply(500, "{}", { date: inAYear() }) : undefined,
      }),
    ],
  ])("%s", async (_, scenario) => {
    const folder = emptyFolder();
    const hub = await hubOf([acme()], { scenario: scenario() });
    const report = await syncHere({ folder, hub, orgs: ["acme"] });
    expect([report.exitCode, report.connections[0]!.streams.auditlog.records]).toEqual([0, 40]);
    expect(await newest(folder)).toBeLessThanOrEqual(Date.now());
  });
});

it("up to a day the server's clock counts; a snapshot that is older than the last one merged is said, exit 4, once", async () => {
  const folder = emptyFolder();
  const hub = await hubOf([acme()], { scenario: ahead(20 * hour) });
  expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(0);
  expect(Math.abs((await newest(folder)) - Date.now() - 20 * hour)).toBeLessThan(60_000);
  hub.setScenario();
  const stale = await syncHere({ folder, hub, orgs: ["acme"] });
  const { members } = stale.connections[0]!.streams;
  expect([stale.exitCode, members.status]).toEqual([4, "failed"]);
  expect(members.message).toMatch(/not merged, since one of \d{4}-\d\d-\d\dT.*Z, which is later, was merged before it/);
  const warnings = "select message from ops.warnings where kind = 'stale'";
  expect(await ask(folder, warnings)).toHaveLength(1);
  const signal = new AbortController().signal;
  const built = await rebuild(join(folder, "data"), new Date(), signal, () => {});
  expect([built.exitCode, (await ask(folder, warnings)).length]).toEqual([0, 1]);
});

/** Writes a snapshot of nobody, as a run that began then would have that took another time for the present. */
async function forge(folder: string, begun: Date, read_at: Date): Promise<{ file: string; runId: string }> {
  const runId = newRunId(begun);
  const times = { read_at, window_from: read_at, window_to: read_at };
  const page = slicePage(Buffer.from('{"results":[{"username":"ghost","role":"Member"}]}'), "results", begun);
  const meta = {
    org: "acme",
    stream: "members",
    kind: "snapshot" as const,
    run_id: runId,
    accept_shrink: true,
    ...times,
  };
  return { file: await new RawStore(join(folder, "data")).write(meta, [{ page, number: 1 }]), runId };
}

/** A folder that was read once, and what a wrong clock then left in it. */
async function poisoned(begun: Date, readAt: Date) {
  const [folder, hub] = [await syncedFolder(), await hubOf([acme()])];
  return { folder, hub, ...(await forge(folder, begun, readAt)) };
}

const future = new Date(Date.now() + year);

describe.each([
  ["ahead of its own run", new Date()],
  ["ahead of now, as its run was", future],
])("a raw file that is dated %s", (_, begun) => {
  it("and was left unmerged is named and set aside, exit 4, and that is all of it", async () => {
    const { folder, hub, file } = await poisoned(begun, future);
    expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(4);
    expect(await newest(folder)).toBeLessThanOrEqual(Date.now());
    const [warning] = await ask(folder, "select message from ops.warnings where kind = 'misdated_raw_file'");
    expect(warning!.message).toContain(`${file} is dated ${future.toISOString()}`);
    expect(existsSync(join(folder, "data", `${file}.broken`))).toBe(true);
    expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(0);
  });

  it("and was merged by an earlier version holds up nothing any more: the warehouse is made anew without it", async () => {
    const { folder, hub, file, runId } = await poisoned(begun, future);
    const at = `timestamp '${future.toISOString().replace("Z", "")}'`;
    await change(
      join(folder, "data/state/warehouse.duckdb"),
      `insert into ops.loaded_files by name select '${file}' as raw_file, 'acme' as org, 'members' as stream, 'snapshot' as kind,
        '${runId}' as run_id, ${at} as read_at, ${at} as window_from, ${at} as window_to, 1 as records, 0 as facts, 0 as rejected,
        0 as duplicates, now()::timestamp as loaded_at`,
      `insert into ops.member_snapshots by name select * replace (${at} as taken_at, '${file}' as raw_file) from ops.member_snapshots`,
    );
    expect((await syncHere({ folder, hub, orgs: ["acme"] })).exitCode).toBe(4);
    expect(await newest(folder)).toBeLessThanOrEqual(Date.now());
    const healed = await syncHere({ folder, hub, orgs: ["acme"] });
    expect([healed.exitCode, healed.connections[0]!.streams.members.status]).toEqual([0, "ok"]);
  });

  it("is named and left by a rebuild: exit 4", async () => {
    const { folder, file } = await poisoned(begun, future);
    const report = await rebuild(join(folder, "data"), new Date(), new AbortController().signal, () => {});
    expect([report.exitCode, report.broken_files]).toEqual([4, [file]]);
    expect(await newest(folder)).toBeLessThanOrEqual(Date.now());
    expect(existsSync(join(folder, "data", file))).toBe(true);
  });
});

it("a raw file ahead of now is left where it is while no server has confirmed this machine's clock", async () => {
  const { folder, file } = await poisoned(future, future);
  const nowhere = { url: "http://127.0.0.1:9" };
  const report = await syncHere({ folder, hub: nowhere, orgs: ["acme"], limits: { attempts: 1 } });
  expect(report.exitCode).toBe(1);
  expect(existsSync(join(folder, "data", file))).toBe(true);
  const state = join(folder, "data/state/warehouse.duckdb");
  const [warning] = await rowsOf(state, "select message from ops.warnings where kind = 'misdated_raw_file'");
  expect(warning!.message).toContain("compare this machine's clock");
});

it("a rebuild by a clock that is behind every raw file changes nothing and says so", async () => {
  const folder = await syncedFolder();
  const before = await ask(folder, "select * from fct_usage order by all");
  const long = new Date(Date.now() - year);
  const built = rebuild(join(folder, "data"), long, new AbortController().signal, () => {});
  await expect(built).rejects.toThrow(/clock says .* all \d+ raw files .* were written later/);
  expect(await ask(folder, "select * from fct_usage order by all")).toEqual(before);
});
