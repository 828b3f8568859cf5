import fc from "fast-check";
import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

/** How a timestamp was read before what Docker sends had a way of its own: facts, ids and reasons stand on it. */
const SLOW =
  "case when regexp_matches(trim(value), '^\\d{4}-\\d\\d-\\d\\d') then try_cast(upper(trim(value)) as timestamptz) at time zone 'UTC' end";

const READ: [said: string, at: string | null][] = [
  ["2026-01-02T03:04:05Z", "2026-01-02 03:04:05"],
  ["2026-01-02T03:04:05.006Z", "2026-01-02 03:04:05.006"],
  ["2026-01-02T03:04:05.123456789Z", "2026-01-02 03:04:05.123456"],
  ["2026-01-02T03:04:05.9999999Z", "2026-01-02 03:04:05.999999"],
  ["2026-01-02T03:04:05.Z", "2026-01-02 03:04:05"],
  ["2026-01-02t03:04:05z", "2026-01-02 03:04:05"],
  ["2026-01-02T03:04:05z", "2026-01-02 03:04:05"],
  ["  2026-01-02T03:04:05Z ", "2026-01-02 03:04:05"],
  ["2026-01-02 03:04:05Z", "2026-01-02 03:04:05"],
  ["2026-01-02T03:04:05", "2026-01-02 03:04:05"],
  ["2026-01-02", "2026-01-02 00:00:00"],
  ["2026-01-02T05:04:05+02:00", "2026-01-02 03:04:05"],
  ["2026-01-01T20:04:05.5-07:00", "2026-01-02 03:04:05.5"],
  ["2026-01-02T24:00:00Z", "2026-01-03 00:00:00"],
  ["9999-12-31T23:59:59Z", "9999-12-31 23:59:59"],
  ["2026-01-02T03:04Z", null],
  ["2026-01-01Z", null],
  ["2026-12-31T23:59:60Z", null],
  ["2026-02-30T03:04:05Z", null],
  ["2026-01-02T03:04:05+02:00Z", null],
  ["2026-01-02T03:04:05 BCZ", null],
  ["2026-01-02T03:04:05ZZ", null],
  ["-999-01-01T03:04:05Z", null],
  [" 203-01-02T03:04:05Z", null],
  ["infinity", null],
  ["", null],
];

/** These texts, in a table of their own. */
async function saying(texts: readonly string[]) {
  const { connection, rows } = await queries();
  await connection.run("create temp table said (n int, value varchar)");
  const appender = await connection.createAppender("said");
  for (const [n, text] of texts.entries()) {
    appender.appendInteger(n);
    appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
  return rows;
}

it("a time is read in every form that a source may have, and as UTC", async () => {
  const rows = await saying(READ.map(([said]) => said));
  const found = await rows(
    `select value as said, utc_time(value)::varchar as at, (${SLOW})::varchar as slow from said order by n`,
  );
  expect(found).toEqual(READ.map(([said, at]) => ({ said, at, slow: at })));
});

it("a timestamp is what it would be without the short way, wherever a character of it is another one", async () => {
  const character = fc.constantFrom(...'0123456789-+:TtZz .,aBCé/"\t\n\0');
  const change = fc.tuple(fc.nat(40), fc.constantFrom("put", "take", "turn"), character);
  const samples = fc.sample(
    fc.tuple(fc.constantFrom(...READ.map(([said]) => said)), fc.array(change, { maxLength: 3 })),
    {
      numRuns: 20_000,
      seed: 10,
    },
  );
  const texts = samples.map(([said, changes]) => {
    const characters = [...said];
    for (const [place, how, one] of changes) {
      const at = place % (characters.length + 1);
      characters.splice(at, how === "put" ? 0 : 1, ...(how === "take" ? [] : [one]));
    }
    return characters.join("");
  });
  const rows = await saying(texts);
  expect(
    await rows(`select value, utc_time(value) as short, ${SLOW} as long from said where short is distinct from long`),
  ).toEqual([]);
  expect(await rows("select count(utc_time(value)) > 3000 as many, count(*) as n from said")).toEqual([
    { many: true, n: 20_000 },
  ]);
});
