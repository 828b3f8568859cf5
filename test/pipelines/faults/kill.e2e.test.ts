import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DemoHub, startHub } from "../../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { differences, emptyFolder, filesBelow, rowsOf, syncHere, writeConfig } from "../../kit/at-work.ts";
import { launch } from "../../kit/launch.ts";

const ORG = "acme";
const HOUR_MS = 3_600_000;
const EVENTS = 230;
/** Hub, reference and every run know one instant only, so that rows can be compared with their times. */
const T0 = Math.floor(Date.now() / 1000) * 1000;

/** Which run read a record, and when; a run that goes on reads recent windows once more. */
const ASIDE = {
  columns: ["raw_file", "raw_row", "read_at"],
  relations: ["ops.loaded_files", "ops.event_days", "ops.audit_log_reads", "ops.coverage", "ops.member_snapshots"],
};

let hub: DemoHub;
let before: string;
let folder: string;

function acme(): Organization {
  const organization = emptyOrganization(ORG, { insights: true });
  addMember(organization, { username: "boss", role: "Owner", last_seen_at: new Date(T0 - HOUR_MS).toISOString() });
  for (const username of ["ann", "bob", "cy"]) addMember(organization, { username, groups: ["dev"] });
  for (let n = 0; n < EVENTS; n++) {
    // some have no id, and of these every other is a twin of the one before
    const anonymous = n % 10 < 2;
    const atMs = T0 - 60_000 - (anonymous ? n - (n % 2) : n) * 5 * HOUR_MS;
    const data = { tag: anonymous ? "twin" : `t${n}`, digest: "sha256:00" };
    const more = anonymous ? {} : { eventId: `e${n}` };
    addEvent(organization, { action: "repo.tag.push", name: `${ORG}/app`, actor: "boss", atMs, data, ...more });
  }
  addEvent(organization, {
    action: "new.thing",
    name: ORG,
    actor: "cy",
    atMs: T0,
    timestamp: "no time",
    eventId: "odd",
  });
  return organization;
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: T0 });
  hub = await startHub({ organizations: [acme()] });
  folder = mkdtempSync(join(tmpdir(), "docktally-test-"));
  expect((await syncHere({ folder, hub, orgs: [ORG] })).exitCode).toBe(0);
  before = join(folder, "before.duckdb");
  copyFileSync(join(folder, "data/warehouse.duckdb"), before);
});

afterAll(async () => {
  vi.useRealTimers();
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const steps: Record<string, string> = {
  "in the middle of the first page": "page:1",
  "in the middle of a later page": "page:4",
  "before a raw file gets its name": "window-written:2",
  "between a raw file's name and its merge": "window-renamed:1",
  "parsed, before the merge's transaction": "before-begin:1",
  "before any fact of a merge": "before-facts:1",
  "inside the merge, facts in, windows not": "after-facts:1",
  "inside the merge, just before its commit": "before-commit:1",
  "just after a commit": "after-commit:1",
  "before publishing": "before-checkpoint:1",
  "before the copy": "copying:1",
  "before the copy gets its name": "published-written:1",
  "just after publishing": "published-renamed:1",
};

const files: Record<string, RegExp> = {
  "the writer's warehouse": /\/state\/warehouse\.duckdb$/,
  "the member list's raw file": /\/raw\/members\/.*\.parquet$/,
  "a window's raw file": /\/raw\/auditlog\/.*\.parquet$/,
};

describe("killed, and run again: the warehouse of a run that was never killed", () => {
  it.each(Object.entries(steps))("%s", async (_, at) => {
    const cwd = emptyFolder();
    const killed = await launch(["sync"], { cwd, env: writeConfig(cwd, hub, [ORG]), at, frozenAt: T0 }).ended;
    expect([killed.signal, killed.stderr]).toEqual(["SIGKILL", expect.stringContaining(`fault: kill at ${at}`)]);
    await resumes(cwd);
  });

  it.each([1, 2, 5, 12])("as the hub receives its request number %d", async (nth) => {
    const cwd = emptyFolder();
    const env = writeConfig(cwd, hub, [ORG]);
    let received = 0;
    const { child, ended } = launch(["sync"], { cwd, env, frozenAt: T0 });
    hub.setScenario({ name: "kill", before: () => void (++received === nth && child.kill("SIGKILL")) });
    expect((await ended).signal).toBe("SIGKILL");
    hub.setScenario();
    await resumes(cwd);
  });

  it.each(Object.entries(files))("as %s appears", async (_, appears) => {
    const cwd = emptyFolder();
    const { child, ended } = launch(["sync"], { cwd, env: writeConfig(cwd, hub, [ORG]), frozenAt: T0 });
    while (!filesBelow(cwd).some((file) => appears.test(file)) && child.exitCode === null) await setImmediate();
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    await resumes(cwd);
  });
});

/** Runs again to the end, and compares with the run that was never killed; what the killed one left is gone. */
async function resumes(cwd: string): Promise<void> {
  const report = await syncHere({ folder: cwd, hub, orgs: [ORG] });
  expect([report.status, report.exitCode]).toEqual(["ok", 0]);
  const after = join(cwd, "data/warehouse.duckdb");
  expect(await differences(before, after, ASIDE)).toEqual([]);
  const loaded = (await rowsOf(after, "select raw_file from ops.loaded_files")).map(({ raw_file }) => raw_file);
  const written = filesBelow(join(cwd, "data/raw/auditlog")).map((file) => file.slice(join(cwd, "data/").length));
  expect(loaded, "what the killed run wrote is merged").toEqual(expect.arrayContaining(written));
  const ended = await rowsOf(after, "select distinct status from ops.runs where status not in ('ok', 'killed')");
  expect(ended).toEqual([]);
  expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).endsWith(".tmp"))).toEqual([]);
}
