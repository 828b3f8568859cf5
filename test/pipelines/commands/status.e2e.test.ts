import { join } from "node:path";
import { expect, it } from "vitest";
import type { DemoHub } from "../../../demo/hub.ts";
import {
  addEvent,
  addMember,
  emptyOrganization,
  forgetEventsBefore,
  type Organization,
} from "../../../demo/organization.ts";
import { jsonReply } from "../../../demo/reply.ts";
import { answering } from "../../../demo/target.ts";
import { docktally, emptyFolder, hubOf, type Row, rebuildHere, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** An organization with an event a day over `days` days before `until`. */
function daily(untilMs: number, days: number): Organization {
  const organization = emptyOrganization(ORG);
  addMember(organization, { username: "boss", role: "Owner" });
  for (let n = 1; n <= days; n++) addOne(organization, untilMs - n * DAY + HOUR);
  return organization;
}

function addOne(organization: Organization, atMs: number): void {
  addEvent(organization, {
    action: "repo.tag.push",
    name: `${ORG}/app`,
    actor: "boss",
    atMs,
    eventId: `e${atMs}`,
    data: {},
  });
}

/** The audit log fails for windows that begin in this range. */
const failingBetween = (fromMs: number, toMs: number) =>
  answering("500-for-a-range", { streams: ["auditlogs"] }, ({ query }) => {
    const at = Date.parse(query.get("from")!);
    return at >= fromMs && at < toMs ? jsonReply(500, "{}") : undefined;
  });

/** A first run `agoDays` days ago in which the days from 21 to 7 before it could not be read. */
async function withGap(agoDays: number) {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 - agoDays * DAY);
  const organization = daily(at.getTime(), 60);
  const hub = await hubOf([organization]);
  const folder = emptyFolder();
  hub.setScenario(failingBetween(at.getTime() - 22 * DAY, at.getTime() - 20 * DAY));
  const first = await syncHere({ folder, hub, orgs: [ORG], at });
  expect([first.exitCode, first.connections[0]!.streams.auditlog.status]).toEqual([4, "failed"]);
  hub.setScenario(undefined);
  return { at, organization, hub, folder, gap: { from: at.getTime() - 21 * DAY, to: at.getTime() - 7 * DAY } };
}

const status = (folder: string, ...flags: string[]) => docktally(["status", ...flags], { cwd: folder });
const span = ({ from, to, lost }: Row) => [Date.parse(String(from)), Date.parse(String(to)), lost];
const spans = (gaps: Row[]) => gaps.map(span);
const facts = (folder: string) => rowsOf(join(folder, "data/warehouse.duckdb"), "select count(*) as n from fct_usage");
const again = (folder: string, hub: DemoHub, at: Date) => syncHere({ folder, hub, orgs: [ORG], at });

it("a range that failed is a gap that can still be read, with the days left; the next run fills it", async () => {
  const { at, hub, folder, gap } = await withGap(0);
  const [json, text] = [await status(folder, "--json"), await status(folder)];
  expect(spans(json.json.gaps)).toEqual([[gap.from, gap.to, false]]);
  const left = Math.ceil((Date.parse(json.json.gaps[0].lost_on) - Date.now()) / DAY);
  expect(left).toBeGreaterThan(30);
  expect(text.stdout).toMatch(new RegExp(`in ${left} days 14 uncollected days are lost`));
  expect(text.stdout).toMatch(/a week +█+▄?·+▄?█ \(\d+ weeks to now\)/);
  expect(text.stdout).toContain(
    `oldest event the source returns: ${new Date(at.getTime() - 60 * DAY + HOUR).toISOString().slice(0, 19)}`,
  );
  expect(await facts(folder)).toEqual([{ n: 46 }]);
  expect((await again(folder, hub, new Date(at.getTime() + 1))).exitCode).toBe(0);
  expect((await status(folder, "--json")).json.gaps).toEqual([]);
  expect(await facts(folder)).toEqual([{ n: 60 }]);
});

it("a gap that the source forgot before the next run is lost for ever: after later runs, after a rebuild", async () => {
  const { at, organization, hub, folder, gap } = await withGap(50);
  for (let day = 0; day < 50; day++) addOne(organization, at.getTime() + day * DAY + HOUR);
  forgetEventsBefore(organization, new Date(at.getTime() + 5 * DAY));
  const lost = [[gap.from, gap.to, true]];
  expect((await again(folder, hub, new Date(at.getTime() + 49 * DAY))).exitCode).toBe(0);
  const told = spans((await status(folder, "--json")).json.gaps);
  // the five days before what the source still held at the second run were never read either
  expect(told[0]).toEqual(lost[0]);
  expect((await again(folder, hub, new Date(at.getTime() + 50 * DAY))).exitCode).toBe(0);
  expect((await status(folder, "--json")).json.gaps.map(span)).toEqual(told);
  expect((await rebuildHere(join(folder, "data"))).exitCode).toBe(0);
  const after = await status(folder);
  expect((await status(folder, "--json")).json.gaps.map(span)).toEqual(told);
  expect(after.stdout).toMatch(/lost +.*\(14\.0 days\): the source no longer holds it/);
});

it("a window that straddles what the source may have forgotten is two rows of coverage", async () => {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const folder = emptyFolder();
  await again(folder, await hubOf([daily(at.getTime(), 3)]), at);
  const horizon = at.getTime() - 30 * DAY;
  const { coverage } = (await status(folder, "--json")).json;
  const cut = (row: Row) => [Date.parse(String(row.window_from)), Date.parse(String(row.window_to)), row.assured];
  const log: Row[] = coverage.filter(({ stream }: Row) => stream === "auditlog");
  const before = log.filter(({ window_to }) => Date.parse(String(window_to)) === horizon).map(cut);
  const after = log.filter(({ window_from }) => Date.parse(String(window_from)) === horizon).map(cut);
  expect(before).toEqual([[at.getTime() - 49 * DAY, horizon, false]]);
  expect(after).toEqual([[horizon, at.getTime() - 21 * DAY, true]]);
});

it("--max-age ends with 6 where the oldest of the organizations' newest loads is older, and says so", async () => {
  const other = emptyOrganization("brisk");
  addMember(other, { username: "b1", role: "Owner" });
  const hub = await hubOf([daily(Date.now(), 2), other]);
  const folder = emptyFolder();
  const nothing = await status(folder, "--max-age", "36h", "--json");
  expect([nothing.code, nothing.json.freshness.newest_load_at]).toEqual([6, null]);
  await syncHere({ folder, hub, orgs: [ORG], at: new Date(Date.now() - 40 * HOUR) });
  await syncHere({ folder, hub, orgs: [ORG, "brisk"], only: ["the-brisk"], at: new Date() });
  const old = await status(folder, "--max-age", "36h");
  expect([old.code, old.stderr]).toEqual([
    6,
    expect.stringMatching(/newest load of acme, stream auditlog, is 40\.\d hours old.*36h/),
  ]);
  for (const age of ["41h", "2d", "2460m"])
    expect([age, (await status(folder, "--max-age", age)).code]).toEqual([age, 0]);
  expect((await status(folder)).code).toBe(0);
  const one = await status(folder, "--max-age", "90m", "--connection", "the-brisk");
  expect([one.code, one.stderr]).toEqual([0, ""]);
});

it("--max-age ends with 6 where nothing was loaded, or nothing of one that is configured; a bad value ends with 2", async () => {
  const folder = emptyFolder();
  const nothing = await status(folder, "--max-age", "36h");
  expect([nothing.code, nothing.stderr]).toEqual([6, expect.stringMatching(/nothing was loaded/)]);
  expect((await status(folder)).code).toBe(2);
  for (const age of ["36", "0h", "-1h", "1w", "h", "", "1e3h"]) {
    const { code, stdout, stderr } = await status(folder, `--max-age=${age}`);
    expect([age, code, stdout, stderr]).toEqual([age, 2, "", expect.stringContaining("90m, 36h or 2d")]);
  }
});

it("tells in each organization's block and object how its last run ended, what failed, once, and what to do", async () => {
  const organization = emptyOrganization("brisk");
  addMember(organization, { username: "b1", role: "Owner" });
  const hub = await hubOf([daily(Date.now(), 2), organization]);
  const folder = emptyFolder();
  await syncHere({ folder, hub, orgs: [ORG], at: new Date(Date.now() - HOUR) });
  hub.setScenario(answering("login-refused", { streams: ["token"] }, () => jsonReply(401, "{}")));
  const refused = await syncHere({ folder, hub, orgs: [ORG, "brisk"], at: new Date() });
  expect(refused.exitCode).toBe(3);
  const { json } = await status(folder, "--json");
  const [read] = json.organizations;
  const of = (org: string) => json.connections.find((each: Row) => each.org === org).last_run;
  expect([read.org, read.last_run]).toEqual([ORG, of(ORG)]);
  for (const org of [ORG, "brisk"]) {
    expect(of(org)).toMatchObject({ status: "failed", run_id: refused.run_id });
    expect(of(org).message).toMatch(/^members, auditlog, .*failed: login refused/);
    expect(of(org).message.match(/did not accept/g)).toHaveLength(1);
  }
  const blocks = (await status(folder)).stdout.split("\n\n");
  for (const org of [ORG, "brisk"]) {
    const block = blocks.find((each) => each.startsWith(`${org}\n`))!;
    expect(block.replace(/\s+/g, " ")).toContain(of(org).message);
    expect(block.replace(/\s+/g, " ")).toMatch(/last run .* failed .*Docker Hub did not accept/);
  }
});
