import { expect, it } from "vitest";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { jsonReply } from "../../../demo/reply.ts";
import { answering } from "../../../demo/target.ts";
import { docktally, emptyFolder, hubOf, type Row, type SyncHere, syncHere, writeConfig } from "../../kit/at-work.ts";
import { launch } from "../../kit/launch.ts";

const ORG = "acme";
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** An organization with an event a day until now, and a hub for it. */
async function place(parts: Partial<Organization> = {}) {
  const organization = emptyOrganization(ORG, parts);
  addMember(organization, { username: "boss", role: "Owner" });
  for (let n = 0; n < 60; n++)
    addEvent(organization, {
      action: "repo.tag.push",
      name: `${ORG}/app`,
      actor: "boss",
      atMs: Date.now() - n * DAY - HOUR,
      eventId: `e${n}`,
      data: {},
    });
  const hub = await hubOf([organization]);
  const folder = emptyFolder();
  const sync = (agoMs: number, how: Partial<SyncHere> = {}) =>
    syncHere({ folder, hub, orgs: [ORG], at: new Date(Date.now() - agoMs), ...how });
  const status = (...flags: string[]) => docktally(["status", "--json", ...flags], { cwd: folder });
  return { organization, hub, folder, sync, status };
}

const days = (gap: Row) =>
  [gap.from, gap.to].map((at) => Math.round((Date.now() - Date.parse(String(at))) / DAY)).concat(Number(gap.lost));

it("a log refused for 45 days while members are read is a gap to now, rings the monitor and tells what failed", async () => {
  const { organization, folder, sync, status } = await place();
  expect((await sync(45 * DAY)).exitCode).toBe(0);
  organization.auditlog = false;
  expect((await sync(HOUR)).exitCode).toBe(4);
  const told = await status("--max-age", "36h");
  expect(told.json.gaps.map(days)).toEqual([
    [45, 30, 1],
    [30, 0, 0],
  ]);
  expect(Date.now() - Date.parse(told.json.gaps[1].to)).toBeLessThan(HOUR / 2);
  expect(told.code).toBe(6);
  expect(told.stderr).toMatch(/newest load of acme, stream auditlog, is 1080\.\d hours old.*older than --max-age 36h/);
  expect(told.stderr).not.toContain("members");
  const [{ org, name, last_run }, ...others] = told.json.connections;
  expect([org, name, others]).toEqual([ORG, `the-${ORG}`, []]);
  expect(last_run).toMatchObject({
    status: "failed",
    message: expect.stringMatching(/^auditlog unavailable: .*audit_log: off/),
    streams: { members: { status: "ok", message: null }, auditlog: { status: "unavailable" } },
  });
  expect(Object.keys(last_run)).toEqual(["run_id", "started_at", "status", "message", "streams"]);
  const text = (await docktally(["status"], { cwd: folder })).stdout;
  expect(text).toMatch(/last run +\S+Z failed \(\S+\): auditlog unavailable: .*Team or Business/);
  organization.auditlog = true;
  expect((await sync(0)).exitCode).toBe(0);
  const mended = await status("--max-age", "36h");
  expect([mended.code, mended.json.connections[0].last_run.status, mended.json.gaps]).toEqual([0, "ok", []]);
});

it("a gap that is younger than the look-back is not shown, one that is older is", async () => {
  const { sync, status } = await place();
  await sync(47 * HOUR);
  expect((await status()).json.gaps).toEqual([]);
  const older = await place();
  await older.sync(50 * HOUR);
  expect((await older.status()).json.gaps).toMatchObject([{ org: ORG, stream: "auditlog", lost: false }]);
});

it("a plan that never had a log rings no bell, and neither does a log that is switched off", async () => {
  const without = await place({ auditlog: false });
  expect((await without.sync(HOUR)).exitCode).toBe(4);
  const never = await without.status("--max-age", "36h");
  expect([never.code, never.stderr, never.json.gaps]).toEqual([0, "", []]);
  const { sync, status } = await place();
  expect((await sync(20 * DAY)).exitCode).toBe(0);
  expect((await status("--max-age", "36h")).code).toBe(6);
  expect((await sync(0, { more: { [ORG]: ["audit_log: off"] } })).exitCode).toBe(0);
  const off = await status("--max-age", "36h");
  expect([off.code, off.json.gaps]).toEqual([0, []]);
  expect(off.json.connections[0].last_run.status).toBe("ok");
});

it("a range that was read by hand does not count as a load", async () => {
  const { sync, status } = await place();
  await sync(40 * HOUR);
  expect((await sync(0, { range: { from: Date.now() - DAY, to: Date.now() } })).exitCode).toBe(0);
  const told = await status("--max-age", "36h");
  expect([told.code, told.stderr]).toEqual([
    6,
    expect.stringMatching(/stream members.*stream auditlog|auditlog.*members/),
  ]);
});

it("runs that published nothing are told of: one that was refused from the first, one that was killed", async () => {
  const { hub, folder, sync, status } = await place();
  hub.setScenario(answering("401", { streams: ["token"] }, () => jsonReply(401, '{"detail":"no"}')));
  expect((await sync(0)).exitCode).toBe(3);
  const refused = await status();
  expect([refused.code, refused.json.organizations]).toEqual([0, []]);
  expect(refused.json.connections).toMatchObject([
    { org: ORG, last_run: { status: "failed", streams: { members: { status: "failed" } } } },
  ]);
  expect((await docktally(["status"], { cwd: folder })).stdout).toMatch(
    /acme\n.*nothing was loaded.*\n.*last run.*did not accept/,
  );
  hub.setScenario(undefined);
  expect((await sync(0)).exitCode).toBe(0);
  expect((await status()).json.connections[0].last_run.status).toBe("ok");
  const env = writeConfig(folder, hub, [ORG]);
  const killed = await launch(["sync"], { cwd: folder, env, at: "page:1" }).ended;
  expect(killed.signal).toBe("SIGKILL");
  const told = (await status()).json.connections[0].last_run;
  expect([told.status, told.message]).toEqual(["failed", expect.stringMatching(/killed.*run docktally sync again/)]);
});

it("while a run is under way, status answers with what was there before", async () => {
  const { hub, sync, status } = await place();
  await sync(DAY);
  let asked = () => {};
  let goOn = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  hub.setScenario({
    name: "held",
    before: async ({ stream }) => {
      if (stream !== "members") return undefined;
      asked();
      await mayGoOn;
      return undefined;
    },
  });
  const running = sync(0);
  await isAsked;
  const meanwhile = await status();
  goOn();
  expect((await running).exitCode).toBe(0);
  const [before, after] = [meanwhile.json.connections[0].last_run, (await status()).json.connections[0].last_run];
  expect([meanwhile.code, before.status, after.status, before.run_id < after.run_id]).toEqual([0, "ok", "ok", true]);
});
