import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FLOOR_MS,
  halves,
  pieces,
  planWindows,
  remainder,
  subtract,
  union,
  type Window,
} from "../../extract/windows.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 2, 4, 5, 6, 7);
/** Windows on a line of sixty instants, so that which instants they hold can be counted. */
const small = fc.array(
  fc.tuple(fc.nat(59), fc.nat(12)).map(([from, length]) => ({ from, to: from + length })),
  { maxLength: 8 },
);
const instant = fc.integer({ min: FLOOR_MS, max: now });
const held = (windows: readonly Window[]) =>
  Array.from({ length: 72 }, (_, at) => windows.some(({ from, to }) => from <= at && at < to));
const length = (windows: readonly Window[]) => windows.reduce((sum, { from, to }) => sum + to - from, 0);

/** Windows that hold all of `whole`, none of it twice and nothing else. */
function expectPartition(parts: readonly Window[], whole: readonly Window[]): void {
  expect(union(parts)).toEqual(union(whole));
  expect(length(parts)).toBe(length(union(whole)));
  expect(parts.every(({ from, to }) => from < to)).toBe(true);
}

describe("union and subtract", () => {
  it("hold the same instants as their windows, sorted and apart", () => {
    fc.assert(
      fc.property(small, (windows) => {
        const joined = union(windows);
        expect(held(joined)).toEqual(held(windows));
        for (const [i, one] of joined.entries()) {
          expect(one.from).toBeLessThan(one.to);
          if (i > 0) expect(joined[i - 1]!.to).toBeLessThan(one.from);
        }
      }),
    );
  });

  it("split time exactly: what was taken and what is left", () => {
    fc.assert(
      fc.property(small, small, (windows, taken) => {
        const rest = subtract(windows, taken);
        const gone = held(taken);
        expect(held(rest)).toEqual(held(windows).map((is, at) => is && !gone[at]));
        expect(length(rest)).toBe(length(union(rest)));
      }),
    );
  });
});

describe("a plan", () => {
  const covered = fc.array(
    fc.tuple(instant, fc.integer({ min: 1, max: 400 * day })).map(([from, span]) => ({ from, to: from + span })),
    { maxLength: 5 },
  );

  it("reads all that was never read and the look-back, nothing twice, newest first", () => {
    fc.assert(
      fc.property(covered, fc.integer({ min: 0, max: 10 * day }), (read, lookback) => {
        const plan = planWindows(read, now, lookback);
        const watermark = Math.min(now, Math.max(FLOOR_MS, ...read.map(({ to }) => to)));
        const missing = subtract([{ from: FLOOR_MS, to: now }], read);
        const seams = read.length > 0 ? [watermark, ...missing.map(({ from }) => from)] : [];
        const again = seams.map((seam) => ({ from: Math.max(FLOOR_MS, seam - lookback), to: seam }));
        expectPartition(plan, [...missing, ...again]);
        expect(plan.map(({ to }) => to)).toEqual(plan.map(({ to }) => to).sort((a, b) => b - a));
      }),
    );
  });

  it("takes a dozen windows for all the years of a first run", () => {
    expect(planWindows([], now, 2 * day).length).toBeLessThanOrEqual(12);
  });

  it("takes one window a night", () => {
    const read = [{ from: FLOOR_MS, to: now - day }];
    expect(planWindows(read, now, 2 * day)).toEqual([{ from: now - 3 * day, to: now }]);
  });

  it("never reaches behind the beginning or beyond now, whatever was covered", () => {
    const plan = planWindows([{ from: now - day, to: now + 90 * day }], now, 20_000 * day);
    expect(union(plan)).toEqual([{ from: FLOOR_MS, to: now }]);
  });
});

describe("a window in parts", () => {
  it("in pieces is the same time, in few pieces", () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const window = { from: Math.min(a, b), to: Math.max(a, b) };
        const cut = pieces(window);
        expectPartition(cut, [window]);
        expect(cut.length).toBeLessThanOrEqual(Math.ceil(Math.log2(2 + length([window]) / (7 * day))) + 1);
      }),
    );
  });

  it("in halves is the same time, cut at a whole second", () => {
    fc.assert(
      fc.property(instant, fc.nat(90 * day), (from, span) => {
        const two = halves({ from, to: from + span });
        if (two === null) {
          expect(span).toBeLessThan(2000);
          return;
        }
        expectPartition(two, [{ from, to: from + span }]);
        expect(two[0].to % 1000).toBe(0);
      }),
    );
  });

  it("after a part was read leaves the rest and nothing else, in a bounded number of pieces", () => {
    const share = fc.double({ min: 0.0001, max: 0.9999, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 400 * day }),
        share,
        fc.integer({ min: 1, max: 20_000 }),
        fc.boolean(),
        (span, part, seen, newest) => {
          const window = { from: now - span, to: now };
          const middle = Math.floor(window.from + span * part);
          fc.pre(middle > window.from && middle < window.to);
          const read = newest ? { from: middle, to: window.to } : { from: window.from, to: middle };
          const left = remainder(window, read, { records: seen, perPiece: seen * 0.6 });
          expectPartition([...left, read], [window]);
          expect(left.length).toBeLessThan(32);
        },
      ),
    );
  });
});

describe("a run that was killed after its newest piece", () => {
  it("still reads the look-back before the old watermark, beside what is missing", () => {
    const day = 86_400_000;
    const now = FLOOR_MS + 1000 * day;
    const covered = [
      { from: FLOOR_MS, to: now - 20 * day },
      { from: now - 7 * day, to: now - day },
    ];
    const plan = union(planWindows(covered, now, 2 * day));
    expect(plan).toEqual([
      { from: now - 22 * day, to: now - 7 * day },
      { from: now - 3 * day, to: now },
    ]);
  });
});
