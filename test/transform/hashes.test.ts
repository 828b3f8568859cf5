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
    { ...event, ...at, row_id: 1, source_actor: "ann", data: '{"b":1}' },
    { ...event, ...at, row_id: 2, event_id: "e" },
    { ...event, row_id: 3, reason: "missing_timestamp" },
  ]);
  const beside = ["ACME", NONE, "a.b", "x", "ann", "1000000"].join("\x1f");
  expect(await ask("unnamed_events")).toEqual([
    { key: 1, file_number: 0, org: "acme", run_id: "r1", occurred_at: "1970-01-01T00:00:01Z", data: '{"b":1}', beside },
  ]);
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

it("an identity is there once, by the first reading's record and the earliest event; twins of one file are two", async () => {
  const { ask, given } = await queries();
  const row = { ...event, occurred_at: "2026-05-02 00:00:00" };
  await given("incoming", [
    { ...row, row_id: 1, event_id: "e1" },
    { ...row, row_id: 2, event_id: "e1", occurred_at: "2026-05-01 00:00:00" },
    { ...row, row_id: 3, event_id: "e1", occurred_at: "2026-04-01 00:00:00", run_id: "r2" },
    { ...row, row_id: 4, event_id: "e2", reason: "missing_action" },
  ]);
  const hashed = { file_number: 0, org: "acme", run_id: "r1", occurred_at: "2026-05-03 00:00:00", hash: "h" };
  await given("incoming_hashes", [
    { ...hashed, key: 5 },
    { ...hashed, key: 6 },
    { ...hashed, key: 7, file_number: 1, run_id: "r2" },
  ]);
  const twin = { org: "acme", occurred_at: "2026-05-03", has_event_id: false };
  const found = await ask("identified_events");
  expect(found.sort((a, b) => Number(a.row_id) - Number(b.row_id))).toEqual([
    { org: "acme", fact_id: "e1", row_id: 2, occurred_at: "2026-05-01", has_event_id: true },
    { ...twin, fact_id: md5("h#1"), row_id: 5 },
    { ...twin, fact_id: md5("h#2"), row_id: 6 },
  ]);
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
