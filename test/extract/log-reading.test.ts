import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameRecords, settle, sweepOf, timestampsOf } from "../../extract/log-reading.ts";
import { slicePage } from "../../extract/page.ts";
import { textsOf } from "../kit/at-the-hub.ts";

const page = (records: readonly unknown[]) =>
  slicePage(Buffer.from(JSON.stringify({ logs: records })), "logs", new Date());
const sweep = (...pages: readonly (readonly unknown[])[]) => sweepOf(pages.map(page));
const tally = (records: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1);
  return counts;
};

describe("a sweep", () => {
  it("notices a record on two pages, not one twice on a page", () => {
    expect(sweep([1, 2], [3]).repeats).toBe(false);
    expect(sweep([1, 1], [2]).repeats).toBe(false);
    expect(sweep([1, 2], [2, 3]).repeats).toBe(true);
    expect(sweep([1], [2], [1]).repeats).toBe(true);
  });

  it("surely moved where the record on two pages has an event_id", () => {
    expect(sweep([{ event_id: "a" }], [{ event_id: "a" }]).moved).toBe(true);
    expect(sweep([{ event_id: "a" }], [{ event_id: "b" }]).moved).toBe(false);
    expect(sweep([{ a: 1 }, null], [{ a: 1 }, null]).moved).toBe(false);
  });

  it("agrees with another that saw the same records equally often, in any order", () => {
    expect(sameRecords(sweep([1, 2], [3]), sweep([3], [2, 1]))).toBe(true);
    expect(sameRecords(sweep([1, 2], [2]), sweep([1, 1], [2]))).toBe(false);
    expect(sameRecords(sweep([1, 2]), sweep([1, 2, 3]))).toBe(false);
  });
});

describe("readings that never agree", () => {
  it("lose nothing and count the repeated tail of a page once", () => {
    const rows = settle([sweep([1, 2], [2, 3]), sweep([0, 1], [1, 2], [3]), sweep([0, 1], [2, 2, 3])]);
    expect(textsOf(rows).sort()).toEqual(["0", "1", "2", "3"]);
  });

  it("keep two truly alike events two", () => {
    const rows = settle([sweep([1, 7], [7]), sweep([2, 1], [7, 7]), sweep([3, 2], [1, 7], [7])]);
    expect(textsOf(rows).sort()).toEqual(["1", "2", "3", "7", "7"]);
  });

  it("count a record once that came while they read, even if it stood on two pages", () => {
    const rows = settle([sweep([1], [2]), sweep([3, 1], [2]), sweep([5, 4], [4, 3], [3, 1], [2])]);
    expect(textsOf(rows).sort()).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("keep each record as often as the reading that saw it least often, but once at least", () => {
    const pages = fc.array(fc.array(fc.nat(6), { maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pages, { minLength: 1, maxLength: 3 }), (readings) => {
        const kept = tally(textsOf(settle(readings.map((reading) => sweep(...reading)))));
        const seen = readings.map((reading) => tally(reading.flat().map(String)));
        for (const record of new Set(seen.flatMap((one) => [...one.keys()]))) {
          const counts = seen.map((one) => one.get(record) ?? 0);
          expect(kept.get(record)).toBe(Math.max(1, Math.min(...counts)));
        }
        expect([...kept.keys()].every((record) => seen.some((one) => one.has(record)))).toBe(true);
      }),
    );
  });
});

it("the time of a record is read in every form and is NaN where it has none", () => {
  const times = ["2026-03-04T05:06:07Z", "2026-03-04T05:06:07.250Z", "2026-03-04T07:06:07+02:00"];
  const records = [
    ...times.map((timestamp) => ({ timestamp })),
    {},
    { timestamp: 7 },
    null,
    "x",
    { timestamp: "soon" },
  ];
  const at = Date.UTC(2026, 2, 4, 5, 6, 7);
  const nan = Number.NaN;
  expect(timestampsOf(page(records))).toEqual([at, at + 250, at, nan, nan, nan, nan, nan]);
});
