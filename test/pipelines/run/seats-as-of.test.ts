import { join } from "node:path";
import { expect, it } from "vitest";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { jsonReply } from "../../../demo/reply.ts";
import type { Stream } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { emptyFolder, hubOf, type Row, rowsOf, type SyncHere, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const DAY = 86_400_000;
const FIRST = Date.parse("2026-10-01T04:00:00Z");
const night = (n: number) => new Date(FIRST + n * DAY);

/** Ninety days of log with an event a day, Insights on; ada was last active 61 days before the second night. */
function organization(): Organization {
  const made = emptyOrganization(ORG, { insights: true });
  addMember(made, { username: "boss", role: "Owner", last_seen_at: new Date(FIRST - DAY).toISOString() });
  addMember(made, { username: "ada" });
  for (let n = -30; n < 90; n++) push(made, "boss", FIRST - n * DAY - DAY / 2);
  push(made, "ada", FIRST - 59.5 * DAY);
  return made;
}

function push(made: Organization, actor: string, atMs: number): void {
  addEvent(made, { action: "repo.tag.push", name: `${ORG}/app`, actor, atMs, eventId: `${actor}${atMs}`, data: {} });
}

async function site() {
  const hub = await hubOf([organization()]);
  const folder = emptyFolder();
  const rows = (query: string): Promise<Row[]> => rowsOf(join(folder, "data/warehouse.duckdb"), query);
  return {
    run: (n: number, more: Partial<SyncHere> = {}) => syncHere({ folder, hub, orgs: [ORG], at: night(n), ...more }),
    failing: (...streams: Stream[]) => hub.setScenario(answering("503", { streams }, () => jsonReply(503, "{}"))),
    well: () => hub.setScenario(undefined),
    seats: () => rows("select * from seats order by member_key"),
    summary: async () => (await rows("select as_of, seats_assigned, observed_days from seat_summary"))[0]!,
    ada: async () => (await rows("select status, confidence, sources_observed from seats where username = 'ada'"))[0]!,
  };
}

const asOf = (n: number) => night(n).toISOString().replace(".000Z", "Z");

it("one night in which the audit log fails changes no seat at all", async () => {
  const { run, failing, well, seats, ada, summary } = await site();
  await run(0);
  expect(await ada()).toMatchObject({ status: "active", confidence: "high" });
  const before = await seats();
  failing("auditlogs");
  expect((await run(1)).exitCode).toBe(4);
  expect(await seats()).toEqual(before);
  well();
  await run(2);
  expect((await summary()).as_of).toBe(asOf(2));
  expect(await ada()).toMatchObject({ status: "idle", confidence: "high" });
});

it("one night in which the members fail changes no seat at all", async () => {
  const { run, failing, seats } = await site();
  await run(0);
  const before = await seats();
  failing("members", "invites");
  expect((await run(1)).exitCode).toBe(4);
  expect(await seats()).toEqual(before);
});

it("a range that is read again, old or new, changes no moment", async () => {
  const { run, summary } = await site();
  await run(0);
  await run(3, { range: { from: FIRST - 300 * DAY, to: FIRST - 200 * DAY } });
  expect((await summary()).as_of).toBe(asOf(0));
  await run(4, { range: { from: FIRST - 50 * DAY, to: FIRST + 4 * DAY } });
  expect((await summary()).as_of).toBe(asOf(0));
});

it("a log that could not be read for seven days no longer holds the moment back, and is told to be missing", async () => {
  const { run, failing, summary, ada } = await site();
  await run(0);
  failing("auditlogs");
  await run(6);
  expect(await summary()).toMatchObject({ as_of: asOf(0), observed_days: 60 });
  await run(7);
  expect(await summary()).toMatchObject({ as_of: asOf(7), observed_days: 53 });
  expect(await ada()).toMatchObject({ status: "idle", confidence: "medium", sources_observed: ["member_insights"] });
});

it("after how many days a stream is stale is the operator's choice", async () => {
  const { run, failing, summary } = await site();
  const more = { [ORG]: ["license: { stale_after_days: 2 }"] };
  await run(0, { more });
  failing("members", "invites");
  await run(1, { more });
  expect((await summary()).as_of).toBe(asOf(0));
  await run(2, { more });
  expect((await summary()).as_of).toBe(asOf(2));
});

it("an organization whose log is switched off is judged at its newest snapshot", async () => {
  const { run, summary, ada } = await site();
  const more = { [ORG]: ["audit_log: off"] };
  await run(0, { more });
  await run(1, { more });
  expect(await summary()).toMatchObject({ as_of: asOf(1), seats_assigned: 2, observed_days: 0 });
  expect(await ada()).toMatchObject({ sources_observed: ["member_insights"] });
});

it("an organization whose plan has no log is judged at its newest snapshot", async () => {
  const { run, failing, summary } = await site();
  failing("auditlogs");
  await run(0);
  await run(1);
  expect(await summary()).toMatchObject({ as_of: asOf(1), seats_assigned: 2, observed_days: 0 });
});

it("an organization of which only the log can be read is judged at the end of its newest window", async () => {
  const { run, failing, summary } = await site();
  failing("members", "invites");
  await run(0);
  await run(1);
  expect(await summary()).toMatchObject({ as_of: asOf(1), seats_assigned: 0, observed_days: 60 });
});

it("a server's clock that is ahead makes no moment after now, and hides nobody", async () => {
  const ahead = 10 * 3_600_000;
  const hub = await hubOf([organization()], { now: () => new Date(Date.now() + ahead) });
  const folder = emptyFolder();
  await syncHere({ folder, hub, orgs: [ORG] });
  const [summary] = await rowsOf(
    join(folder, "data/warehouse.duckdb"),
    "select as_of, seats_assigned from seat_summary",
  );
  expect(Date.parse(String(summary!.as_of))).toBeLessThanOrEqual(Date.now());
  expect(summary!.seats_assigned).toBe(2);
});
