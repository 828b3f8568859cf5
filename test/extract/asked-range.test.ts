import { describe, expect, it } from "vitest";
import { holdsForeign, RangeIgnoredError, refuseForeignPage } from "../../extract/asked-range.ts";
import { slicePage } from "../../extract/page.ts";
import { timestampsOf } from "../../extract/timestamp.ts";

const from = Date.UTC(2026, 2, 1);
const asked = { from, to: from + 3_600_000 };

const pageOf = (...timestamps: unknown[]) => {
  const logs = timestamps.map((timestamp) => ({ action: "repo.create", timestamp }));
  return slicePage(Buffer.from(JSON.stringify({ logs })), "logs", new Date());
};
const at = (ms: number) => new Date(from + ms).toISOString();
const day = 86_400_000;

describe("a page is refused where all its events lie outside what was asked", () => {
  it.each<[string, unknown[]]>([
    ["before", [at(-day), at(-2 * day)]],
    ["after", [at(day)]],
    ["on both sides", [at(-day), at(day)]],
    ["and some cannot be read", ["soon", at(-day), null, 12]],
  ])("%s", (_, timestamps) => {
    const refuse = () => refuseForeignPage(pageOf(...timestamps), asked);
    expect(refuse).toThrow(RangeIgnoredError);
    expect(refuse).toThrow(/asked for 2026-03-01T00:00:00Z to 2026-03-01T01:00:00Z .* ignores from and to/);
  });
});

describe("a page is taken", () => {
  it.each<[string, unknown[]]>([
    ["that is empty", []],
    ["with one event inside", [at(-day), at(10), at(day)]],
    ["with times rounded to seconds at either end", [at(-1000), at(3_601_000)]],
    ["whose times cannot be read", ["soon", "", null, undefined, 1_772_323_200, { at: 1 }]],
    ["whose times no event can have", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]],
  ])("%s", (_, timestamps) => {
    expect(() => refuseForeignPage(pageOf(...timestamps), asked)).not.toThrow();
  });
});

it("events of another time among those of the window are seen, and the second of overlap is none", () => {
  const holds = (...timestamps: unknown[]) =>
    holdsForeign({ window: asked, pages: [{ page: pageOf(...timestamps), number: 1 }] });
  expect(holds(at(5), at(-day))).toBe(true);
  expect(holds(at(5), at(-900), "soon")).toBe(false);
});

it("a timestamp means the same in every form and whatever zone this machine is in", () => {
  const forms = ["2026-03-01T02:00:00+02:00", "2026-03-01 02:00:00+02", "2026-03-01", "2026-03-01T00:00:00"];
  const more = ["2026-03-01 00:00:00 UTC", "2026-03-01t00:00:00.000000z", " 2026-02-28T19:00:00-0500 "];
  const zone = process.env.TZ;
  try {
    process.env.TZ = "America/New_York";
    expect(new Set(timestampsOf(pageOf(...forms, ...more)))).toEqual(new Set([from]));
    expect(timestampsOf(pageOf("2026-03", "March 1", "2026-13-01T00:00:00Z"))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});
