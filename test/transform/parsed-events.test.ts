import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const READ_AT = "2026-06-01 00:00:00";
const file = { number: 3, name: "f3", org: "acme", first_org: "ACME", run_id: "r1", run_number: 0, read_at: READ_AT };
const FILE_START = 3 * 2 ** 32;

/** A batch of these payloads, each of them parsed whole, too. */
async function batchOf(payloads: readonly string[]) {
  const { ask, connection, given, text } = await queries();
  await given("incoming_files", [file]);
  const appender = await connection.createAppender("incoming_payloads");
  for (const [n, payload] of payloads.entries()) {
    appender.appendBigInt(BigInt(FILE_START + n));
    appender.appendInteger(3);
    appender.appendVarchar(payload);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`create temp table named as select row_id, occurred_at from (${text("parsed_ids")})`);
  return {
    ids: () => ask("parsed_ids"),
    events: (rows = "named") => ask("parsed_events", { rows }),
    connection,
    text,
  };
}

it("records are the raw files' own texts, numbered by file and row", async () => {
  const { ask, given, rawFile } = await queries();
  const [one, two] = [await rawFile(['{"a":1}', "["], READ_AT, "r1"), await rawFile(["null"], READ_AT, "r2")];
  await given("incoming_files", [
    { ...file, number: 1, path: one },
    { ...file, number: 0, path: two },
  ]);
  expect(await ask("raw_payloads", { paths: [one, two] })).toEqual([
    { row_id: 0, file_number: 0, payload: "null" },
    { row_id: 2 ** 32, file_number: 1, payload: '{"a":1}' },
    { row_id: 2 ** 32 + 1, file_number: 1, payload: "[" },
  ]);
});

const FULL =
  '{"event_id":" e1 ","account":"acme","action":"repo.create","name":"acme/x","actor":"Ann","data":{"a":1},"timestamp":"2026-05-01T02:00:00.5+02:00","action_description":"d"}';
const BARE = '{"action":"a.b","timestamp":"2026-05-01T00:00:00Z","data":null,"actor":""}';

it("of each record its identity is kept, and a reason with what was sent where it cannot become a fact", async () => {
  const bad = ['{"action":"a.b","timestamp":"yesterday"}', '{"action":"a.b"}', '{"name":"x"}', "[]", "{"];
  const odd = ["2012-12-31T23:59:59Z", "2026-06-02T00:00:01Z"].map((at) => `{"action":"a.b","timestamp":"${at}"}`);
  const { ids } = await batchOf([FULL, BARE, ...bad, ...odd]);
  const found = await ids();
  const row = { file_number: 3, org: "acme", reason: null, payload: null };
  expect(found.slice(0, 2)).toEqual([
    {
      ...{ ...row, row_id: FILE_START, account: "acme", source_action: "repo.create" },
      ...{ occurred_at: "2026-05-01T00:00:00.500Z", event_id: "e1" },
    },
    { ...row, row_id: FILE_START + 1, account: null, source_action: "a.b", occurred_at: "2026-05-01", event_id: null },
  ]);
  expect(found.slice(2).map(({ reason, payload }) => [reason, payload])).toEqual([
    ["unreadable_timestamp", bad[0]],
    ["missing_timestamp", bad[1]],
    ["missing_action", bad[2]],
    ["not_an_object", bad[3]],
    ["malformed_json", bad[4]],
    ["implausible_timestamp", odd[0]],
    ["timestamp_in_the_future", odd[1]],
  ]);
});

it("an event is read whole, as text and its time as UTC, where it is asked for", async () => {
  const { events, connection } = await batchOf([FULL, BARE]);
  const row = { file_number: 3, org: "acme", hash_org: "ACME", run_id: "r1" };
  const first = {
    ...{ ...row, row_id: FILE_START, raw_row: 0, account: "acme", source_action: "repo.create", name: "acme/x" },
    ...{ source_actor: "Ann", occurred_at: "2026-05-01T00:00:00.500Z", data: '{"a":1}', description: "d" },
    event_id: "e1",
  };
  const second = {
    ...{ ...row, row_id: FILE_START + 1, raw_row: 1, account: null, source_action: "a.b", name: null },
    ...{ source_actor: null, occurred_at: "2026-05-01", data: null, description: null, event_id: null },
  };
  expect(await events()).toEqual([first, second]);
  await connection.run("create temp table second as select row_id, occurred_at from named where row_id % 2 = 1");
  expect(await events("second")).toEqual([second]);
});

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** Values of any kind for any field; the last ones are no JSON. */
const VALUES = [
  ...['"a"', '""', '"  "', '" a "', "1", "-0", "1e400", "0.1", "123456789012345678901234567890", "true", "null"],
  ...["{}", "[]", '{"a":1}', '["a"]', deep(3000), `{"a":${deep(3000)}}`, JSON.stringify("x".repeat(300_000))],
  ...[String.raw`"a\u0000b"`, String.raw`"\u0000"`, String.raw`"\ud800"`, String.raw`"\udfff and more"`],
  ...[String.raw`"\ud83d\udc33"`, '"{"', '"2026-05-01T00:00:00Z"', '"2026-05-01T00:00:00"', '"infinity"'],
  ...[
    String.raw`"\x"`,
    String.raw`"\u12"`,
    "01",
    "+1",
    "NaN",
    "Infinity",
    "nul",
    "'a'",
    "[1,]",
    '{"a":}',
    '"',
    "\0",
    '"a\tb"',
  ],
];
const FIELDS = ["event_id", "account", "action", "name", "actor", "data", "timestamp", "action_description", "else"];
const SOUND = { event_id: '"e"', account: '"acme"', action: '"a.b"', timestamp: '"2026-05-01T00:00:00Z"' };
const HOSTILE = [
  ...FIELDS.flatMap((field) =>
    VALUES.map(
      (value) => `{${Object.entries({ ...SOUND, [field]: value }).map(([name, said]) => `"${name}":${said}`)}}`,
    ),
  ),
  ...VALUES,
  ...["", " ", "{", "{}", '{"action":"a.b"', '{"action":"a.b","action":null,"timestamp":"2026-05-01T00:00:00Z"}'],
  ...['{"action":null,"action":"a.b","timestamp":"2026-05-01T00:00:00Z"}', `[${BARE}]`, `${BARE}${BARE}`, `${BARE} x`],
  ...[
    ` ${BARE}\n`,
    `\ufeff${BARE}`,
    '{"Action":"a.b","TIMESTAMP":"2026-05-01T00:00:00Z"}',
    '{"action":{"action":"a.b"}}',
  ],
];

/** The reason as it was found when every record was parsed whole. */
const WHOLE = `
  with record as (
    select *, try(json_transform(payload, '{"event_id":"VARCHAR","account":"VARCHAR","action":"VARCHAR","name":"VARCHAR","actor":"VARCHAR","data":"JSON","timestamp":"VARCHAR","action_description":"VARCHAR"}')) as event
    from incoming_payloads
  )
  select row_id, case
    when event is null then 'malformed_json'
    when text_or_null(event.action) is null and json_type(payload) <> 'OBJECT' then 'not_an_object'
    when text_or_null(event.action) is null then 'missing_action'
    when text_or_null(event.timestamp) is null then 'missing_timestamp'
    when utc_time(event.timestamp) is null then 'unreadable_timestamp'
  end as reason
  from record`;

it("a hostile record has the reason that it has where it is parsed whole, and both tell the same of the others", async () => {
  const { connection, text } = await batchOf(HOSTILE);
  const listed = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  await connection.run(`create temp table ids as ${text("parsed_ids")}`);
  const found = Object.fromEntries(
    (await listed("select coalesce(reason, 'none'), count(*)::int from ids group by all")) as [string, number][],
  );
  expect(Object.values(found).reduce((sum, n) => sum + n)).toBe(HOSTILE.length);
  expect(Object.keys(found).sort()).toEqual([
    ...["malformed_json", "missing_action", "missing_timestamp", "none", "not_an_object", "unreadable_timestamp"],
  ]);
  expect(
    await listed(`select ids.row_id, ids.reason, whole.reason from ids full join (${WHOLE}) as whole using (row_id)
      where ids.reason is distinct from whole.reason`),
  ).toEqual([]);
  await connection.run(
    "create or replace temp table named as select row_id, occurred_at from ids where reason is null",
  );
  const columns = "row_id, org, account, source_action, occurred_at, event_id";
  const whole = await listed(`select ${columns} from (${text("parsed_events", { rows: "named" })}) order by row_id`);
  expect(whole).toHaveLength(found.none!);
  expect(await listed(`select ${columns} from ids where reason is null order by row_id`)).toEqual(whole);
});

it("text is trimmed of whatever the engine takes for a space, by the short way and by the long one", async () => {
  const { rows } = await queries();
  const around = ["", " ", "\u00a0", "\u3000", "\u2009", "\t", "\n", "a", "é", "🐳", "\u0000"];
  const texts = around.flatMap((one) =>
    around.flatMap((other) => [`${one}${other}`, `${one}x y${other}`, `${one}ö${other}`]),
  );
  const listed = texts.map((text) => `(decode(from_hex('${Buffer.from(text).toString("hex")}')))`);
  const unlike = `select value from (values ${listed}) as texts (value)
    where text_or_null(value) is distinct from nullif(trim(value), '')`;
  expect(await rows(unlike)).toEqual([]);
});
