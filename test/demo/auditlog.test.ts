import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bulkOrganization } from "../../demo/bulk.ts";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import { addEvent, emptyOrganization, eventsOf, eventTextsOf, forgetEventsBefore } from "../../demo/organization.ts";
import { json, readLog, tokenFor } from "../kit/client.ts";

const acme = emptyOrganization("acme");
const startMs = Date.parse("2026-02-01T00:00:00Z");
for (let minute = 0; minute < 60; minute += 1) {
  const action = minute % 3 === 0 ? "repo.create" : "repo.tag.push";
  addEvent(acme, {
    action,
    name: `acme/r${minute % 2}`,
    actor: `u${minute % 5}`,
    atMs: startMs + minute * 60_000,
    data: {},
    eventId: `e${minute}`,
  });
}

let hub: DemoHub;
let token: string;
let log: string;

beforeAll(async () => {
  hub = await startHub({ organizations: [acme, bulkOrganization("bulk", 5000)] });
  token = await tokenFor(hub.url, "acme");
  log = `${hub.url}/v2/auditlogs/acme`;
});

afterAll(() => hub.close());

describe("an audit log", () => {
  it("is pages of logs and nothing else, 25 a page, newest first, empty past the end", async () => {
    const page = await json(log, token);
    expect(Object.keys(page)).toEqual(["logs"]);
    expect(page.logs).toHaveLength(25);
    expect(page.logs[0].event_id).toBe("e59");
    expect(await json(`${log}?page=4`, token)).toEqual({ logs: [] });
    expect(await readLog(hub.url, "acme", token)).toEqual([...eventsOf(acme)].reverse());
  });

  it("begins with from and ends before to", async () => {
    const { logs } = await json(`${log}?from=2026-02-01T00:10:00Z&to=2026-02-01T00:13:00Z`, token);
    expect(logs.map((event: { event_id: string }) => event.event_id)).toEqual(["e12", "e11", "e10"]);
  });

  it("can be told to leave out from and to include to", async () => {
    const other = await startHub({ organizations: [acme], fromInclusive: false, toInclusive: true });
    const query = "from=2026-02-01T00:10:00Z&to=2026-02-01T00:13:00Z";
    const { logs } = await json(`${other.url}/v2/auditlogs/acme?${query}`, await tokenFor(other.url, "acme"));
    expect(logs.map((event: { event_id: string }) => event.event_id)).toEqual(["e13", "e12", "e11"]);
    await other.close();
  });

  it("filters by action, name and actor", async () => {
    const { logs } = await json(`${log}?action=repo.create&name=acme/r0&actor=u0&page_size=100`, token);
    expect(logs.map((event: { event_id: string }) => event.event_id)).toEqual(["e30", "e0"]);
  });

  it("clamps page_size at a hundred", async () => {
    const { logs } = await json(`${hub.url}/v2/auditlogs/bulk?page_size=1000`, await tokenFor(hub.url, "bulk"));
    expect(logs).toHaveLength(100);
  });

  it("refuses a from that is no RFC 3339 instant", async () => {
    expect(await json(`${log}?from=yesterday`, token)).toMatchObject({ code: 3 });
  });

  it("lists its 75 actions by group, without the group's prefix", async () => {
    const { actions } = await json(`${log}/actions`, token);
    const groups = Object.values(actions) as { label: string; actions: { name: string }[] }[];
    expect(groups.flatMap((group) => group.actions)).toHaveLength(75);
    expect(actions.repo.actions.map((one: { name: string }) => one.name)).toContain("tag.push");
  });
});

describe("a bulk organization", () => {
  it("has exactly the events asked for, in order of time and with ids of their own", () => {
    const events = [...eventsOf(bulkOrganization("bulk", 5000))];
    expect(events).toHaveLength(5000);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(5000);
    const times = events.map((event) => event.timestamp);
    expect(times).toEqual([...times].sort());
  });

  it("is the same each time, and can do without event ids", () => {
    const texts = () => [...eventTextsOf(bulkOrganization("bulk", 300, { eventIds: false }))];
    expect(texts()).toEqual(texts());
    expect(texts()[0]).not.toContain("event_id");
  });

  it("takes late events into the middle and forgets old ones", async () => {
    const bulk = bulkOrganization("late", 1000, { members: 3 });
    const before = [...eventTextsOf(bulk)];
    const atMs = bulk.events.atMs(500) + 1;
    for (const eventId of ["late-1", "late-2"]) {
      addEvent(bulk, { action: "repo.tag.push", name: "late/x", actor: "user00001", atMs, eventId });
    }
    const texts = [...eventTextsOf(bulk)];
    expect(texts.slice(501, 503).map((text) => JSON.parse(text).event_id)).toEqual(["late-1", "late-2"]);
    expect([...texts.slice(0, 501), ...texts.slice(503)]).toEqual(before);
    forgetEventsBefore(bulk, new Date(atMs));
    expect([...eventTextsOf(bulk)]).toEqual(texts.slice(501));
    expect(bulk.events.find(atMs, atMs + 1)).toEqual([0, 2]);
  });
});
