import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reconcile, sameRecords, summarize } from "../../extract/log-reading.ts";
import { slicePage } from "../../extract/page.ts";
import { timestampsOf } from "../../extract/timestamp.ts";
import { textsOf } from "../kit/at-the-hub.ts";

const page = (records: readonly unknown[]) =>
  slicePage(Buffer.from(JSON.stringify({ logs: records })), "logs", new Date());
const reading = (...pages: readonly (readonly unknown[])[]) => summarize(pages.map(page));
const tally = (records: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1);
  return counts;
};

describe("a reading", () => {
  it("notices a record on two pages, not one twice on a page", () => {
    expect(reading([1, 2], [3]).repeats).toBe(false);
    expect(reading([1, 1], [2]).repeats).toBe(false);
    expect(reading([1, 2], [2, 3]).repeats).toBe(true);
    expect(reading([1], [2], [1]).repeats).toBe(true);
  });

  it("notices a record on two pages in every order of time", () => {
    const record = fc.record({ second: fc.integer({ min: 0, max: 9 }), name: fc.constantFrom("a", "b") });
    const list = fc.array(record, { maxLength: 30 });
    const order = fc.constantFrom(0, 1, -1);
    fc.assert(
      fc.property(list, order, fc.integer({ min: 1, max: 7 }), (records, direction, size) => {
        const ordered = [...records].sort((a, b) => (a.second - b.second) * direction);
        const texts = ordered.map(({ second, name }) => ({ timestamp: `2026-03-04T05:06:0${second}Z`, name }));
        const pages = Array.from({ length: Math.ceil(texts.length / size) }, (_, p) =>
          texts.slice(p * size, (p + 1) * size),
        );
        const [seen, distinct] = [pages.map((one) => new Set(one.map((text) => JSON.stringify(text)))), new Set()];
        for (const one of seen) for (const text of one) distinct.add(text);
        const repeats = seen.reduce((sum, one) => sum + one.size, 0) > distinct.size;
        expect(summarize(pages.map(page)).repeats).toBe(repeats);
      }),
    );
  });

  it("surely moved where the record on two pages has an event_id", () => {
    expect(reading([{ event_id: "a" }], [{ event_id: "a" }]).moved).toBe(true);
    expect(reading([{ event_id: "a" }], [{ event_id: "b" }]).moved).toBe(false);
    expect(reading([{ a: 1 }, null], [{ a: 1 }, null]).moved).toBe(false);
  });

  it("agrees with another that saw the same records equally often, in any order", () => {
    expect(sameRecords(reading([1, 2], [3]), reading([3], [2, 1]))).toBe(true);
    expect(sameRecords(reading([1, 2], [2]), reading([1, 1], [2]))).toBe(false);
    expect(sameRecords(reading([1, 2]), reading([1, 2, 3]))).toBe(false);
  });
});

describe("readings that never agree", () => {
  it("lose nothing and count the repeated tail of a page once", () => {
    const rows = reconcile([reading([1, 2], [2, 3]), reading([0, 1], [1, 2], [3]), reading([0, 1], [2, 2, 3])]);
    expect(textsOf(rows).sort()).toEqual(["0", "1", "2", "3"]);
  });

  it("keep two truly alike events two", () => {
    const rows = reconcile([reading([1, 7], [7]), reading([2, 1], [7, 7]), reading([3, 2], [1, 7], [7])]);
    expect(textsOf(rows).sort()).toEqual(["1", "2", "3", "7", "7"]);
  });

  it("count a record once that came while they read, even if it stood on two pages", () => {
    const rows = reconcile([reading([1], [2]), reading([3, 1], [2]), reading([5, 4], [4, 3], [3, 1], [2])]);
    expect(textsOf(rows).sort()).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("keep each record as often as the reading that saw it least often, but once at least", () => {
    const pages = fc.array(fc.array(fc.nat(6), { maxLength: 5 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pages, { minLength: 1, maxLength: 3 }), (readings) => {
        const kept = tally(textsOf(reconcile(readings.map((pages) => reading(...pages)))));
        const seen = readings.map((pages) => tally(pages.flat().map(String)));
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
