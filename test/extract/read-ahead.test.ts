import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type Limits } from "../../extract/hub/limits.ts";
import { readWindow } from "../../extract/log-window.ts";
import { slicePage } from "../../extract/page.ts";
import type { Window } from "../../extract/windows.ts";

const hour = 3_600_000;
const end = Date.UTC(2026, 2, 4);

/** A log of so many events, evenly over the hours before its end; notes which pages were asked for, and how many at once. */
function logOf(events: number, { hours = 24, limits = {} as Partial<Limits>, pageSize = 100, refusedFrom = 999 } = {}) {
  const asked: number[] = [];
  let [underWay, peak] = [0, 0];
  const timestamp = (n: number) => new Date(end - ((n + 0.5) / events) * hours * hour).toISOString();
  const fetch = async (_: Window, page: number) => {
    asked.push(page);
    peak = Math.max(peak, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay--;
    if (page >= refusedFrom) throw new Error("the connection broke");
    const [from, to] = [(page - 1) * pageSize, Math.min(events, page * pageSize)];
    const logs = Array.from({ length: Math.max(0, to - from) }, (_, i) => ({
      n: from + i,
      timestamp: timestamp(from + i),
    }));
    return slicePage(Buffer.from(JSON.stringify({ logs })), "logs", new Date());
  };
  return { log: { limits: { ...DEFAULT_LIMITS, ...limits }, fetch }, asked, peak: () => peak };
}

const window = { from: end - 24 * hour, to: end };

describe("the pages of a window", () => {
  it.each([
    [0, 1],
    [5, 2],
    [99, 2],
    [100, 2],
    [250, 4],
    [1000, 11],
    [5000, 51],
  ])("of %i events take %i requests, none past the end", async (events, requests) => {
    const { log, asked } = logOf(events);
    const { read } = await readWindow(log, window);
    expect([read?.records, asked.length, new Set(asked).size]).toEqual([events, requests, requests]);
    expect(read?.pages.map(({ number }) => number)).toEqual(Array.from({ length: requests - 1 }, (_, p) => p + 1));
  });

  it("are fetched side by side, ahead by twice as many as may be under way at the most", async () => {
    const { log, peak } = logOf(5000, { limits: { concurrency: 8 } });
    await readWindow(log, window);
    expect(peak()).toBeGreaterThan(4);
    expect(peak()).toBeLessThanOrEqual(1 + 2 * 8);
  });

  it.each([2, 6, 12])("take a few requests past the end where only the last %i hours have events", async (hours) => {
    const { log, asked } = logOf(3000, { hours });
    const { read } = await readWindow(log, window);
    expect(read?.records).toBe(3000);
    expect(asked.length).toBeLessThanOrEqual(31 + 2);
  });

  it("come one after the other where they are not full", async () => {
    const { log, asked, peak } = logOf(20, { hours: 2 });
    await readWindow(log, window);
    expect([asked, peak()]).toEqual([[1, 2], 1]);
  });

  it("are asked for ahead where the server gives fewer records a page than it is asked for", async () => {
    const { log, asked, peak } = logOf(630, { pageSize: 7 });
    const { read } = await readWindow(log, window);
    expect([read?.records, asked.length]).toEqual([630, 91]);
    expect(peak()).toBeGreaterThan(4);
  });

  it("are not asked for beyond what a window may hold", async () => {
    const { log, asked } = logOf(5000, { limits: { window_pages: 20 } });
    const { read, rest } = await readWindow(log, window);
    expect([read?.records, Math.max(...asked), asked.length, rest.length > 0]).toEqual([2000, 20, 20, true]);
  });

  it("that broke ahead and lie past the end break nothing", async () => {
    const { log } = logOf(1000, { hours: 6, refusedFrom: 12 });
    expect((await readWindow(log, window)).read?.records).toBe(1000);
  });
});
