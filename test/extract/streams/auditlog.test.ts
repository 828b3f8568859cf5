import { describe, expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { addEvent, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { bulkOrganization } from "../../../demo/organizations.ts";
import { refusal } from "../../../demo/reply.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { altering } from "../../../demo/target.ts";
import { ForbiddenError, ServerError } from "../../../extract/hub/errors.ts";
import { readWindow, rfc3339, WindowTooDeepError } from "../../../extract/log-window.ts";
import { failureOf, textsOf, type Visit, visit } from "../../kit/at-the-hub.ts";
import { day, heldIn, isWhole, logOf, minute, readAll, recordsIn, within } from "../../kit/auditlog-windows.ts";

const limits = { page_size: 20, window_pages: 8, attempts: 2 };
const end = Date.UTC(2026, 0, 1);
const bulk = (events: number, eventIds = true) => bulkOrganization("acme", events, { days: 30, members: 20, eventIds });
/** Days 5 to 25 of thirty: events lie on both sides. */
const window = { from: end - 25 * day, to: end - 5 * day };

const deaf: Scenario = {
  name: "page ignored",
  before: (call) => {
    call.page = 1;
    return undefined;
  },
};
const pastTheEnd = altering("404 past the end", { streams: ["auditlogs"] }, (reply, { page }) =>
  page > 1 && String(reply.body) === '{"logs":[]}' ? refusal(404, "Not found") : reply,
);
const reversed: Scenario = {
  name: "oldest first",
  after: (reply, { stream }) => (stream === "auditlogs" && reply.status === 200 ? { ...reply } : reply),
  position: (index, log) => log.count - 1 - index,
};

describe.concurrent("the audit log is read exactly", () => {
  const ways: [string, number, Scenario | undefined][] = [
    ["from a hub that behaves", 100, undefined],
    ["where the window is too deep and is cut", 800, undefined],
    ["where page_size is clamped", 120, scenarioOf("page-size-clamped")],
    ["where page_size is clamped and the window is deep", 500, scenarioOf("page-size-clamped")],
    ["where page_size is ignored", 300, scenarioOf("page-size-ignored")],
    ["where a page comes twice", 150, scenarioOf("repeated-page-auditlogs")],
    ["where deep offsets are refused", 500, scenarioOf("deep-offset-refused")],
    ["where a page past the end is 404", 100, pastTheEnd],
    ["where the list past the end is missing", 100, scenarioOf("logs-missing")],
    ["where the list past the end is null", 100, scenarioOf("logs-null")],
    ["where the page number is ignored", 90, deaf],
    ["where the page number is ignored and page_size clamped", 60, combine(deaf, scenarioOf("page-size-clamped"))],
    ["where times are whole seconds", 500, scenarioOf("second-timestamps")],
    ["where times have an offset", 500, scenarioOf("offset-timestamps")],
  ];
  for (const eventIds of [true, false])
    it.each(ways)(`%s, ${eventIds ? "with" : "without"} event_id`, (_, events, scenario) => {
      const organization = bulk(events, eventIds);
      return visit(organization, { scenario, limits }, async ({ hub }) => {
        const reads = await readAll(logOf(hub), window);
        expect(isWhole(reads, window)).toBe(true);
        // What is sent may be written otherwise than what is held: the part that no scenario rewrites tells an event.
        const marks = (texts: readonly string[]) =>
          texts.map((text) => /"(digest|lease_id)":"[^"]*"|"name":.*?"data".*?}/.exec(text)![0]).sort();
        expect(marks(recordsIn(reads))).toEqual(marks(heldIn(organization, window)));
      });
    });

  it("byte for byte", () => {
    const organization = bulk(800);
    return visit(organization, { limits }, async ({ hub }) => {
      const reads = await readAll(logOf(hub), window);
      expect(recordsIn(reads).sort()).toEqual(heldIn(organization, window).sort());
    });
  });

  it("where the oldest events come first", () => {
    const organization = bulk(800);
    return visit(organization, { scenario: reversed, limits: { ...limits, window_pages: 100 } }, async ({ hub }) => {
      const whole = { from: end - 40 * day, to: end + day };
      expect(recordsIn(await readAll(logOf(hub), whole)).sort()).toEqual(heldIn(organization, whole).sort());
    });
  });

  for (const fromInclusive of [true, false])
    for (const toInclusive of [true, false])
      it(`whether bounds include their instant or not: from ${fromInclusive}, to ${toInclusive}`, () => {
        const organization = ticking(90);
        return visit(organization, { server: { fromInclusive, toInclusive }, limits }, async ({ hub }) => {
          const whole = { from: end - 60_000, to: end - 20_000 };
          const read = [];
          for (let from = whole.from; from < whole.to; from += 10_000)
            read.push(...(await readAll(logOf(hub), { from, to: from + 10_000 })));
          expect(recordsIn(read).sort()).toEqual(heldIn(organization, whole).sort());
          expect(recordsIn(read).length).toBe(80);
        });
      });

  it("and an empty window takes one request", () =>
    visit(bulk(10), {}, async ({ hub, count }) => {
      const { read, rest } = await readWindow(logOf(hub), { from: end - 900 * day, to: end - 300 * day });
      expect([read?.records, read?.pages.length, rest.length, count("/auditlogs/acme")]).toEqual([0, 0, 0, 1]);
    }));

  it("and 250 events take four requests", () =>
    visit(bulk(250), {}, async ({ hub, count }) => {
      const { read } = await readWindow(logOf(hub), { from: end - 30 * day, to: end });
      expect([read?.records, read?.moved, count("/auditlogs/acme")]).toEqual([250, false, 4]);
    }));
});

/** As merging has it: an event_id counts once. */
function merged(texts: readonly string[]): string[] {
  const ids = new Set<string>();
  return texts.filter((text) => {
    const id = (JSON.parse(text) as { event_id?: string }).event_id;
    return id === undefined || (!ids.has(id) && ids.add(id));
  });
}

/** Two events a second, each at a whole second and a half. */
function ticking(seconds: number): Organization {
  const organization = emptyOrganization("acme");
  for (let n = 0; n < seconds * 2; n++)
    addEvent(organization, { action: "repo.create", name: "acme/x", actor: "ann", atMs: end - n * 500, data: { n } });
  return organization;
}

describe.concurrent("a log that moves while it is read", () => {
  /** Fills a log with events of the last hours; what stood in it when the reading began must be read, once. */
  const moving = (scenario: Scenario, check: (visit: Visit & { texts: string[]; before: string[] }) => void) => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const organization = bulkOrganization("acme", 150, { now: new Date(now), days: 0.25, members: 5, eventIds: false });
    return visit(organization, { scenario, limits: { page_size: 12, window_pages: 40 } }, async (visit) => {
      await visit.hub.login();
      const whole = { from: now - day, to: Math.ceil(visit.hub.now().getTime() / 1000) * 1000 };
      const before = heldIn(organization, whole);
      const reads = await readAll(logOf(visit.hub), whole);
      const texts = merged(recordsIn(reads));
      expect(isWhole(reads, whole)).toBe(true);
      expect(new Set(texts).size).toBe(texts.length);
      const held = new Set(heldIn(organization, whole));
      expect(texts.filter((text) => !held.has(text))).toEqual([]);
      const read = new Set(texts);
      expect(before.filter((text) => !read.has(text))).toEqual([]);
      check({ ...visit, texts, before });
    });
  };

  it("by new events is read once each", () => moving(scenarioOf("page-drift"), () => {}));

  it.each([1, 2, 3])("by late events is read once each (%i)", (seed) =>
    moving(scenarioOf("late-events", seed), () => {}),
  );

  it.each([1, 2, 3, 4])("by events of one instant in changing order is read once each (%i)", (seed) =>
    moving(scenarioOf("unstable-order", seed), ({ count }) => {
      expect(count("/auditlogs/acme")).toBeLessThanOrEqual(3 * 16);
    }),
  );

  it("by a repeated page is said to have moved", () =>
    visit(bulk(60), { scenario: scenarioOf("repeated-page-auditlogs"), limits }, async ({ hub }) => {
      const { read } = await readWindow(logOf(hub), { from: end - 40 * day, to: end });
      expect([read?.moved, read?.unsettled, read?.records]).toEqual([true, false, 60]);
    }));
});

describe.concurrent("truly alike events", () => {
  it.each([2, 7, 100])("stay three, on one page or on two: pages of %i", (page_size) =>
    visit(ticking(4), { scenario: scenarioOf("identical-events"), limits: { page_size } }, async ({ hub }) => {
      const { read } = await readWindow(logOf(hub), { from: Date.now() - day, to: Date.now() });
      const texts = textsOf(read!.pages);
      expect(texts.length).toBe(3);
      expect(new Set(texts).size).toBe(1);
      expect([read?.moved, read?.unsettled]).toEqual([false, false]);
    }),
  );
});

describe.concurrent("a log that cannot be read", () => {
  it("for lack of a scope or a plan is forbidden", () =>
    visit(emptyOrganization("acme", { auditlog: false }), {}, async ({ hub }) => {
      expect(await failureOf(readWindow(logOf(hub), window))).toBeInstanceOf(ForbiddenError);
    }));

  it("since the server always fails ends as the server's error", () =>
    visit(bulk(5), { scenario: scenarioOf("500-auditlogs-for-ever"), limits }, async ({ hub }) => {
      expect(await failureOf(readWindow(logOf(hub), window))).toBeInstanceOf(ServerError);
    }));

  it("for more events in one second than a window may hold says so", () => {
    const organization = emptyOrganization("acme");
    for (let n = 0; n < 100; n++)
      addEvent(organization, { action: "repo.create", name: "acme/x", actor: "ann", atMs: end + n, data: { n } });
    return visit(organization, { limits: { page_size: 10, window_pages: 3 } }, async ({ hub, count }) => {
      const error = await failureOf(readAll(logOf(hub), { from: end - minute, to: end + minute }));
      expect(error).toBeInstanceOf(WindowTooDeepError);
      expect(count("/auditlogs/acme")).toBeLessThan(60);
    });
  });
});

it("a request asks from a second earlier to the end, in UTC", () =>
  visit(bulk(5), {}, async ({ hub, server }) => {
    await readWindow(logOf(hub), { from: end, to: end + 1500 });
    const query = new URLSearchParams(server.requests.at(-1)!.query);
    expect(Object.fromEntries(query)).toEqual({
      from: "2025-12-31T23:59:59Z",
      to: "2026-01-01T00:00:01.500Z",
      page: "1",
      page_size: "100",
    });
    expect(rfc3339(end)).toBe("2026-01-01T00:00:00Z");
    expect(within([], window)).toEqual([]);
  }));
