import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import { eventsOf } from "../../demo/organization.ts";
import { combine } from "../../demo/scenario.ts";
import { get, type Json, json, readLog } from "../kit/client.ts";
import { hub, log, members, suffer, token } from "../kit/misbehaving.ts";

describe("pages", () => {
  it.each([
    ["page-size-clamped", 7],
    ["page-size-ignored", 9],
  ])("have another size than asked for: %s", async (name, size) => {
    await suffer(name);
    expect((await json(`${log()}?page_size=${name === "page-size-ignored" ? 3 : 50}`, token)).logs).toHaveLength(size);
  });

  it.each<[string, (next: Json) => boolean]>([
    ["next-plain-http", (next) => next.startsWith("http://hub.invalid/v2/orgs/acme/members?")],
    ["next-foreign-host", (next) => new URL(next).origin === hub.otherOrigin],
    ["next-drops-page-size", (next) => next.includes("page=2") && !next.includes("page_size")],
    ["next-absent", (next) => next === undefined],
  ])("link badly: %s", async (name, check) => {
    await suffer(name);
    expect(check((await json(`${members()}?page_size=5`, token)).next)).toBe(true);
  });

  it("end in an empty next, in 404, in nothing or in null", async () => {
    await suffer(combine(scenarioOf("next-empty"), scenarioOf("404-past-the-end"), scenarioOf("logs-null")));
    expect((await json(members(), token)).next).toBe("");
    expect((await get(`${members()}?page=2`, token)).status).toBe(404);
    expect(await json(`${log()}?page=2`, token)).toEqual({ logs: null });
    hub.setScenario(scenarioOf("logs-missing"));
    expect(await json(`${log()}?page=2`, token)).toEqual({});
  });

  it("show members who leave and join between them, and a count that disagrees", async () => {
    await suffer(combine(scenarioOf("member-leaves"), scenarioOf("count-disagrees")));
    const read = async (page: number) => json(`${members()}?page_size=5&page=${page}`, token);
    const [first, second] = [await read(1), await read(2)];
    const names = [...first.results, ...second.results].map((one) => one.username);
    expect([first.count, second.count, names.includes("user5")]).toEqual([12, 11, false]);
    hub.setScenario(scenarioOf("member-joins"));
    const again = [await read(1), await read(2)].flatMap((page) => page.results.map((one: Json) => one.username));
    expect(again.filter((name) => name === again[4])).toHaveLength(2);
  });

  it("drift when an event arrives before each of them, but not before a pinned end", async () => {
    const organization = await suffer("page-drift");
    const to = new Date(Date.now() - 1000).toISOString();
    const drifted = await readLog(hub.url, "acme", token, "page_size=4");
    expect(new Set(drifted.map((event) => event.event_id)).size).toBeLessThan(drifted.length);
    expect(await readLog(hub.url, "acme", token, `page_size=4&to=${to}`)).toHaveLength(9);
    expect(organization.events.count).toBeGreaterThan(12);
  });

  it("miss events that arrive late, until they are read again", async () => {
    const organization = await suffer("late-events");
    await json(log(), token);
    await json(log(), token);
    const events = [...eventsOf(organization)].slice(-2);
    expect(events.every((event) => Date.parse(event.timestamp) < Date.now() - 60_000)).toBe(true);
  });

  it("are served again as the next one, once", async () => {
    await suffer("repeated-page-auditlogs");
    const read = async (page: number) => json(`${log()}?page_size=4&page=${page}`, token);
    const [first, second, again] = [await read(1), await read(2), await read(2)];
    expect(second).toEqual(first);
    expect(again).not.toEqual(first);
  });

  it("are refused beyond some depth", async () => {
    await suffer("deep-offset-refused");
    expect((await get(`${log()}?page=6`, token)).status).toBe(400);
  });
});

describe("records", () => {
  it("can lack an id, have seconds only and another offset, and mean the same instant", async () => {
    const organization = await suffer(combine(scenarioOf("no-event-id"), scenarioOf("offset-timestamps")));
    const events = (await readLog(hub.url, "acme", token)).reverse();
    const truth = [...eventsOf(organization)];
    expect(events.every((event) => !("event_id" in event) && event.timestamp.endsWith("+02:00"))).toBe(true);
    expect(events.map((event) => Date.parse(event.timestamp))).toEqual(
      truth.map((event) => Date.parse(event.timestamp)),
    );
    hub.setScenario(scenarioOf("second-timestamps"));
    expect((await json(log(), token)).logs[0].timestamp).toMatch(/T\d\d:\d\d:\d\dZ$/);
  });

  it.each([
    "identical-events",
    "unknown-actions",
    "data-missing",
    "data-null",
    "data-nested",
    "huge-numbers",
    "megabyte-strings",
    "control-characters",
    "emoji",
    "lone-surrogates",
    "sql-names",
    "formula-names",
  ])("are odd, and served as they are known: %s", async (name) => {
    const organization = await suffer(name);
    const truth = [...eventsOf(organization)];
    expect(truth.length).toBeGreaterThan(9);
    expect((await readLog(hub.url, "acme", token)).reverse()).toEqual(truth);
  });

  it("can be alike in everything, and without an id", async () => {
    await suffer("identical-events");
    const { logs } = await json(log(), token);
    expect(logs.slice(0, 3)).toEqual([logs[0], logs[0], logs[0]]);
    expect(logs[0]).not.toHaveProperty("event_id");
  });

  it("hold numbers beyond a double, as text on the wire", async () => {
    await suffer("huge-numbers");
    expect(await (await get(log(), token)).text()).toContain('"big":1e400,"id":12345678901234567890');
  });

  it("come in another order at each reading where their times are the same", async () => {
    await suffer("unstable-order");
    const tags = async () => (await json(log(), token)).logs.slice(0, 12).map((event: Json) => event.data.tag);
    const readings = [await tags(), await tags(), await tags()];
    expect(new Set(readings.map(String)).size).toBeGreaterThan(1);
    expect(new Set(readings.map((one) => String([...one].sort()))).size).toBe(1);
  });
});
