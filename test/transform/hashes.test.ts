import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { textOf } from "../../transform/query.ts";
import { queries } from "../kit/queries.ts";

const md5 = (...parts: string[]) => createHash("md5").update(parts.join("\x1f")).digest("hex");
const NONE = "\0";
const leaf = (...parts: string[]) => parts.join("\x1e");
const tree = (...leaves: string[]) => leaves.join("\x1d");
const event = { file_number: 0, org: "acme", hash_org: "ACME", run_id: "r1", source_action: "a.b", name: "x" };
const at = { occurred_at: "1970-01-01 00:00:01" };

it("what an event's identity stands on is its fields beside the data, null marked; one with an id is not asked for", async () => {
  const { ask, given } = await queries();
  await given("incoming", [
    { row_id: 1 },
    { row_id: 2, event_id: "e" },
    { row_id: 3, reason: "missing_timestamp" },
    { row_id: 4, event_id: "e", reason: "missing_timestamp" },
  ]);
  expect(await ask("unnamed_rows", {}, "row_id")).toEqual([{ row_id: 1 }]);
  await given("incoming_unnamed", [{ ...event, ...at, row_id: 1, source_actor: "ann", data: '{"b":1}' }]);
  const beside = ["ACME", NONE, "a.b", "x", "ann", "1000000"].join("\x1f");
  expect(await ask("unnamed_events")).toEqual([
    { key: 1, file_number: 0, org: "acme", occurred_at: "1970-01-01T00:00:01Z", data: '{"b":1}', beside },
  ]);
});

it("an organization's own account is spelled as its first event spelled it, a known one or the batch's; no other account is, nor one that nothing spelled", async () => {
  const { ask, connection, given } = await queries();
  await connection.run(
    `insert into ops.organizations (org_key, org, first_org, first_account, spelled_by, spelled_at)
     values ('acme', 'ACME', 'aCME', 'Acme', 'auditlog', '2026-01-01'), ('new', 'new', 'new', null, 'configuration', '2026-01-01')`,
  );
  await given("incoming_spellings", [
    { org_key: "acme", first_account: "ACME" },
    { org_key: "new", first_account: "NEW" },
  ]);
  const accounts: [string, string | null][] = [
    ["ACME", "acme"],
    ["acme", "aCmE"],
    ["ACME", "Other"],
    ["ACME", null],
    ["new", "New"],
    ["nobody", "Nobody"],
  ];
  await given(
    "incoming_unnamed",
    accounts.map(([org, account], row_id) => ({ ...event, ...at, row_id, org, account })),
  );
  const found = await ask("unnamed_events", {}, "key, split_part(beside, chr(31), 2) as account");
  expect(found.map(({ account }) => account)).toEqual(["Acme", "Acme", "Other", NONE, "NEW", "Nobody"]);
});

it("flat data is hashed with its keys sorted, none as none; a tree waits for its portion, and is walked", async () => {
  const { ask, connection, text } = await queries();
  const contents =
    "select * from (values (1, 'q', '{\"b\":\"x\",\"a\":1}'::json), (2, 'q', null), (3, 'q', '{\"a\":[2]}')) as t (key, beside, data)";
  expect(await ask("flat_hashes", { contents }, "key, hash, portion")).toEqual([
    {
      key: 1,
      hash: md5("q", tree(leaf("$", "OBJECT", ""), leaf("$.a", "UBIGINT", "1"), leaf("$.b", "VARCHAR", '"x"'))),
      portion: null,
    },
    { key: 2, hash: md5("q", NONE), portion: null },
    { key: 3, hash: null, portion: 0 },
  ]);
  await connection.run(`create temp table flat as ${text("flat_hashes", { contents })}`);
  const canonical = tree(leaf("$", "OBJECT", ""), leaf("$.a", "ARRAY", ""), leaf("$.a[0]", "UBIGINT", "2"));
  expect(await ask("deep_hashes", { contents, flat: "flat", portion: 0 })).toEqual([
    { key: 3, hash: md5("q", canonical) },
  ]);
  expect(await ask("deep_hashes", { contents, flat: "flat", portion: 1 })).toEqual([]);
});

it("an identity is there once, by the first run's record and its earliest event, with how many it has; twins of one file are two", async () => {
  const { ask, given } = await queries();
  const run = (number: number, run_number: number) => ({ number, run_number, run_id: `r${run_number}` });
  await given("incoming_files", [run(0, 1), run(1, 0), run(2, 1)]);
  const row = { org: "acme", source_action: "a.b", occurred_at: "2026-05-02 00:00:00" };
  await given("incoming", [
    { ...row, row_id: 0, file_number: 0, event_id: "e1", occurred_at: "2026-04-01 00:00:00" },
    { ...row, row_id: 1, file_number: 1, event_id: "e1" },
    { ...row, row_id: 2, file_number: 1, event_id: "e1", occurred_at: "2026-05-01 00:00:00" },
    { ...row, row_id: 3, file_number: 1, event_id: "e1", occurred_at: "2026-05-01 00:00:00" },
    { ...row, row_id: 4, file_number: 1, event_id: "e2", reason: "missing_action" },
    { ...row, row_id: 5, file_number: 1, event_id: "e1", org: "other" },
  ]);
  const hashed = { file_number: 0, org: "acme", occurred_at: "2026-05-03 00:00:00", hash: "h" };
  await given("incoming_hashes", [
    { ...hashed, key: 6 },
    { ...hashed, key: 7 },
    { ...hashed, key: 8, file_number: 2 },
  ]);
  const twin = { org: "acme", occurred_at: "2026-05-03", has_event_id: false };
  await given("incoming_gathered", await ask("gathered_events"));
  const found = await ask("identified_events");
  expect(found.sort((a, b) => Number(a.row_id) - Number(b.row_id))).toEqual([
    { org: "acme", fact_id: "e1", row_id: 2, occurred_at: "2026-05-01", has_event_id: true, records: 4 },
    { org: "other", fact_id: "e1", row_id: 5, occurred_at: "2026-05-02", has_event_id: true, records: 1 },
    { ...twin, fact_id: md5("h#1"), row_id: 6, records: 2 },
    { ...twin, fact_id: md5("h#2"), row_id: 7, records: 1 },
  ]);
});

it("what the warehouse holds of the batch's own time, by identity and organization, is known, and the rest is fresh", async () => {
  const { ask, facts, given } = await queries();
  const on = "2026-05-10 00:00:00";
  await given("incoming_identified", [
    { org: "acme", fact_id: "here", row_id: 1, occurred_at: on },
    { org: "acme", fact_id: "elsewhere", row_id: 2, occurred_at: on },
    { org: "acme", fact_id: "long ago", row_id: 3, occurred_at: on },
    { org: "acme", fact_id: "nowhere", row_id: 4, occurred_at: on },
    { org: "acme", fact_id: "first", row_id: 5, occurred_at: on },
    { org: "acme", fact_id: "last", row_id: 6, occurred_at: on },
  ]);
  await facts([
    { fact_id: "here", occurred_at: on },
    { fact_id: "elsewhere", occurred_at: on, org: "other" },
    { fact_id: "long ago", occurred_at: "2026-05-08 23:59:59" },
    { fact_id: "first", occurred_at: "2026-05-09 00:00:00" },
    { fact_id: "last", occurred_at: "2026-05-11 00:00:00" },
  ]);
  const range = { from: new Date("2026-05-09T00:00:00Z"), to: new Date("2026-05-11T00:00:00Z") };
  const known = await ask("known_events", range);
  expect(known).toEqual([{ row_id: 1 }, { row_id: 5 }, { row_id: 6 }]);
  await given("incoming_known", [...known, { row_id: 1 }]);
  expect(await ask("fresh_events", {}, "row_id")).toEqual([{ row_id: 2 }, { row_id: 3 }, { row_id: 4 }]);
});

it("of a fact, what it keeps is compared; of repeated data, both sides", async () => {
  const { ask, given } = await queries();
  const compared = { is_new: true, org: "acme", fact_id: "f", has_event_id: false, taken: false };
  await given("incoming_compared", [{ ...compared, ...at, key: 1, source_action: "a.b", actor: "ann" }]);
  const beside = ["acme", "a.b", NONE, "ann", NONE, "1000000"].join("\x1f");
  expect(await ask("compared_contents")).toEqual([{ ...compared, key: 1, data: null, beside }]);
  await given("incoming_repeats", [
    { row_id: 4, data: '{"a":1}', first_data: '{"a":2}', is_other: false },
    { row_id: 5, data: '{"a":1}', is_other: true },
  ]);
  expect(await ask("repeated_data")).toEqual([
    { key: 8, data: '{"a":1}', beside: null },
    { key: 9, data: '{"a":2}', beside: null },
  ]);
  expect(await ask("flat_hashes", { contents: textOf("repeated_data") }, "key")).toEqual([{ key: 8 }, { key: 9 }]);
});
