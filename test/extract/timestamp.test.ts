import fc from "fast-check";
import { expect, it } from "vitest";
import { slicePage } from "../../extract/page.ts";
import { timestampsOf } from "../../extract/timestamp.ts";

const pageOf = (...records: string[]) => slicePage(Buffer.from(`{"logs":[${records.join(",")}]}`), "logs", new Date());

it("the time of a record is that of its own key, wherever the word stands besides", () => {
  const own = '"timestamp":"2026-03-04T05:06:07.125Z"';
  const other = '"timestamp":"2020-01-01T00:00:00Z"';
  const records = [
    `{${own}}`,
    `{"data":{${other}},${own}}`,
    `{${own},"data":[{${other}}],"name":"timestamp"}`,
    `{"name":"timestamp" , "note":${JSON.stringify(`,${other}`)},"timestamp" :\n"2026-03-04T05:06:07.125Z"}`,
    `{${other},${own}}`,
    `{"\\u0074imestamp":"2026-03-04T05:06:07.125Z"}`,
    `{"timestamp":"2026-03-04T05:06:07.125999999Z","end":"\\\\"}`,
    `{"timestamp":"\\u0032026-03-04T05:06:07.125Z"}`,
  ];
  expect(timestampsOf(pageOf(...records))).toEqual(records.map(() => Date.UTC(2026, 2, 4, 5, 6, 7, 125)));
  expect(timestampsOf(pageOf(`{"data":{${other}}}`, `[${JSON.stringify("timestamp")},"x"]`, '"timestamp"'))).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});

it("the time of every text is what Date makes of it", () => {
  const part = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
  const fraction = fc.stringMatching(/^(\.\d{1,9})?$/);
  const year = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, "0"));
  const text = fc
    .tuple(year, part(14), part(33), part(26), part(61), part(61), fraction)
    .map(([y, mo, d, h, mi, s, f]) => `${y}-${mo}-${d}T${h}:${mi}:${s}${f}Z`);
  fc.assert(
    fc.property(text, (timestamp) => {
      expect(timestampsOf(pageOf(JSON.stringify({ timestamp })))).toEqual([Date.parse(timestamp)]);
    }),
    { numRuns: 2000 },
  );
});
