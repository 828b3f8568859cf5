import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { slicePage } from "../../extract/page.ts";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { mergeRawFiles } from "../../load/merge/merge.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { emptyFolder } from "../kit/at-work.ts";

const AT = new Date("2026-06-01T00:00:00Z");

/** The identity as version 0.1 of it was: every value's tree, whatever its shape. Published ids must stay. */
const FIRST_IDENTITY = `
  with canonical as (
    select bare.row_id,
      string_agg(leaf.fullkey || chr(30) || leaf.type || chr(30) || coalesce(leaf.atom::varchar, ''), chr(29) order by leaf.fullkey) as data
    from incoming_unnamed as bare, json_tree(bare.data) as leaf
    where bare.data is not null
    group by all
  ),
  said as (
    select
      row_id, file_number, raw_row,
      md5(concat_ws(chr(31), org, coalesce(account, chr(0)), source_action, coalesce(name, chr(0)), coalesce(source_actor, chr(0)),
        epoch_us(occurred_at), coalesce(canonical.data, chr(0)))) as identity,
    from incoming_unnamed
    left join canonical using (row_id)
  )
  select raw_row, md5(identity || '#' || row_number() over (partition by file_number, identity order by row_id)) as fact_id
  from said order by raw_row`;

const key = fc.oneof(
  fc.constantFrom(
    "",
    "tag",
    "Tag",
    "a.b",
    'a"b',
    "a[0]",
    "[0]",
    "$",
    "$.a",
    "0",
    "é",
    "e\u0301",
    "日本",
    "🐳",
    " ",
    "a\nb",
  ),
  fc.constantFrom("\u0000", "\u0001", "\u001d", "\u001e", "\\", "'", "{", "}", "a b", "*", "#", "_", "null"),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const text = fc.oneof(key, fc.constantFrom("{}", "[]", '{"a":1}', "null", "1", "x".repeat(300)));
const scalar = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.0",
    "1.50",
    "1e3",
    "1E-2",
    "1e400",
    "-1e400",
    "1e-400",
  ),
  fc.constantFrom(
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "0.1000000000000000055511151231257827",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u0041"', '"\\/"', '"\\u00e9"', '"\\ud83d\\udc33"'),
  text.map((value) => JSON.stringify(value)),
);
const objectOf = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 6, selector: ([name]) => name })
    .map((entries) => `{${entries.map(([name, said]) => `${JSON.stringify(name)}: ${said}`).join(" ,")}}`);
const deep = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: "small" }, scalar, objectOf(tie("any") as fc.Arbitrary<string>), tie("list")),
  list: fc.array(tie("any") as fc.Arbitrary<string>, { maxLength: 3 }).map((values) => `[${values.join(",")}]`),
})).any as fc.Arbitrary<string>;
const data = fc.oneof({ arbitrary: objectOf(scalar), weight: 3 }, deep, scalar);

async function merged(texts: readonly string[]): Promise<{ warehouse: WarehouseFile; facts: string[][] }> {
  const folder = emptyFolder();
  const warehouse = await openWriter(folder);
  onTestFinished(() => warehouse.close());
  await migrate(warehouse, "0.0.0");
  const body = Buffer.from(`{"logs":[${texts.join(",")}]}`);
  const times = { read_at: AT, window_from: new Date(0), window_to: AT };
  const meta = { org: "acme", stream: "auditlog", kind: "window", run_id: newRunId(AT), ...times } as const;
  const file = await new RawStore(folder).write(meta, [{ page: slicePage(body, "logs", AT), number: 1 }]);
  const { broken, counts } = await mergeRawFiles(warehouse, [file]);
  expect([broken, counts[0]?.records]).toEqual([[], texts.length]);
  const { rows } = await readRows(warehouse.connection, "select raw_row, fact_id from fct_usage order by raw_row");
  return { warehouse, facts: rows.map((row) => row.map(String)) };
}

const event = (said: string | null) =>
  `{"account":"acme","action":"repo.tag.push","name":"acme/app","actor":"ann"${said === null ? "" : `,"data":${said}`},"timestamp":"2026-05-01T00:00:00Z"}`;

it("an event without an event_id has the id it always had, whatever its data", async () => {
  const samples = fc.sample(data, { numRuns: 4000, seed: 8 });
  const { warehouse, facts } = await merged([null, null, ...samples].map(event));
  const { rows } = await readRows(warehouse.connection, FIRST_IDENTITY);
  expect(facts.length).toBeGreaterThan(3000);
  expect(facts).toEqual(rows.map((row) => row.map(String)));
  const flat = await readRows(
    warehouse.connection,
    "select count(*) filter (portion is null), count(portion) from incoming_hashes",
  );
  expect(flat.rows[0]!.map((n) => Number(n) > 500)).toEqual([true, true]);
});

it("the order of an object's keys makes no other event, at any depth, and the number of a twin does", async () => {
  const { facts } = await merged(
    [
      '{"a":1,"b":"x"}',
      '{"b":"x","a":1}',
      '{"a":{"c":1,"d":[2]},"b":2}',
      '{"b":2,"a":{"d":[2],"c":1}}',
      '{"a":1,"b":"y"}',
    ].map(event),
  );
  expect(facts.length).toBe(5);
  const again = await merged(['{"b":"x","a":1}', '{"b":2,"a":{"d":[2],"c":1}}'].map(event));
  expect(again.facts.map(([, id]) => id)).toEqual([facts[0]![1], facts[2]![1]]);
});

it("an object that says a key twice is the same event whatever is merged beside it", async () => {
  const odd = [
    '{"a":1,"b":2,"a":"x","c":3,"a":1.5}',
    '{"":{"b":1},"":{"b":2}}',
    '[{"a":1,"b":[],"a":null}]',
    '{"日本":1,"日本":1.50}',
  ];
  const beside = fc.sample(deep, { numRuns: 200, seed: 9 });
  const { facts } = await merged([...beside.slice(0, 90), ...odd, ...beside.slice(90), ...odd].map(event));
  for (const [n, said] of odd.entries()) {
    const alone = await merged([event(said)]);
    const { rows } = await readRows(alone.warehouse.connection, FIRST_IDENTITY);
    expect(alone.facts[0]![1], said).toBe(facts[90 + n]![1]);
    expect(alone.facts[0]![1], said).toBe(rows[0]![1]);
  }
});
