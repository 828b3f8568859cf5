import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const RANGE = { from: new Date("2026-05-01T00:00:00Z"), to: new Date("2026-05-31T00:00:00Z") };
const at = "2026-05-10 00:00:00";
const record = {
  ...{ file_number: 0, raw_row: 5, org: "acme", run_id: "r1", event_id: "e1", occurred_at: at },
  ...{ source_action: "repo.tag.push", name: "acme/app", source_actor: "Ann", data: '{"a":1}' },
};
const first = {
  ...{ fact_id: "e1", event_id: "e1", occurred_at: at, resource: "acme/app", actor: "ann", data: '{"a":1}' },
};
const COLUMNS = "row_id, event_id, first_file, is_other, wins";

it("whose event_id another may have is suspect: all of the batch that share one, and who has a known one, of any time", async () => {
  const { ask, connection, facts, given } = await queries();
  const rows: [string | null, string?][] = [
    ["e1"],
    ["e1"],
    ["e2"],
    ["e1", "missing_action"],
    [null],
    ["e3"],
    ["e4"],
    ["e5"],
  ];
  await given(
    "incoming",
    rows.map(([event_id, reason], row_id) => ({ org: "acme", row_id, event_id, reason: reason ?? null })),
  );
  const named = { org: "acme", has_event_id: true, records: 1 };
  await given("incoming_identified", [
    { ...named, fact_id: "e1", row_id: 0, records: 2 },
    { ...named, fact_id: "e2", row_id: 2 },
    { ...named, fact_id: "h#1", row_id: 4, records: 5, has_event_id: false },
    { ...named, fact_id: "e3", row_id: 5 },
    { ...named, fact_id: "e4", row_id: 6 },
    { ...named, fact_id: "e5", row_id: 7 },
    { ...named, fact_id: "e1", row_id: 8, org: "other" },
  ]);
  await given("incoming_known", [{ row_id: 5 }, { row_id: 5 }, { row_id: 4 }]);
  await facts([{ fact_id: "e4" }, { fact_id: "e5", org: "other" }, { fact_id: "h#1" }]);
  await connection.run("insert into incoming_met select rowid from fct_usage");
  expect(await ask("suspect_rows", {}, "row_id")).toEqual([0, 1, 5, 6].map((row_id) => ({ row_id })));
});

it("known facts whose ids come again are found by id and organization, whatever their time", async () => {
  const { ask, facts, given, rows } = await queries();
  await facts([
    { fact_id: "e1", occurred_at: "2020-01-01 00:00:00" },
    { fact_id: "e1", org: "other" },
    { fact_id: "e2" },
  ]);
  await given("incoming_fresh", [
    { org: "acme", fact_id: "e1", has_event_id: true },
    { org: "acme", fact_id: "e2", has_event_id: false },
  ]);
  const [known] = await rows("select rowid as row from fct_usage where fact_id = 'e1' and org = 'acme'");
  expect(await ask("met_later")).toEqual([known]);
});

it("a record with a known id and the same contents is no repeat; other data is one, another tag's event another", async () => {
  const { ask, facts, given } = await queries();
  await given("incoming_files", [{ number: 0, name: "f1" }]);
  await facts([first, { ...first, fact_id: "e2", event_id: "e2" }, { ...first, fact_id: "e3", event_id: "e3" }]);
  await given("incoming_suspects", [
    { ...record, row_id: 1 },
    { ...record, row_id: 2, event_id: "e2", data: '{"a":2}' },
    { ...record, row_id: 3, event_id: "e3", source_action: "repo.delete" },
  ]);
  await given(
    "incoming_identified",
    [1, 2, 3].map((row_id) => ({ org: "acme", fact_id: `e${row_id}`, row_id, has_event_id: true })),
  );
  expect(await ask("repeats_of_known", RANGE, COLUMNS)).toEqual([
    { row_id: 2, event_id: "e2", first_file: "f0", is_other: false, wins: false },
    { row_id: 3, event_id: "e3", first_file: "f0", is_other: true, wins: false },
  ]);
});

it("of one run, the earlier event wins; a fact outside the range counts where it was met", async () => {
  const { ask, connection, facts, given } = await queries();
  await given("incoming_files", [{ number: 0, name: "f1" }]);
  await facts([{ ...first, run_id: "r1", occurred_at: "2026-07-01 00:00:00" }]);
  await given("incoming_suspects", [{ ...record, row_id: 1 }]);
  await given("incoming_identified", [{ org: "acme", fact_id: "e1", row_id: 1, has_event_id: true }]);
  expect(await ask("repeats_of_known", RANGE, COLUMNS)).toEqual([]);
  await connection.run("insert into incoming_met select rowid from fct_usage");
  expect(await ask("repeats_of_known", RANGE, COLUMNS)).toEqual([
    { row_id: 1, event_id: "e1", first_file: "f0", is_other: true, wins: true },
  ]);
});

it("within the batch, a record beside the one that has the id is a repeat where it differs", async () => {
  const { ask, given } = await queries();
  await given("incoming_suspects", [
    { ...record, row_id: 1 },
    { ...record, row_id: 2 },
    { ...record, row_id: 3, data: '{"a":2}' },
    { ...record, row_id: 4, name: "acme/other" },
  ]);
  await given("incoming_identified", [{ org: "acme", fact_id: "e1", row_id: 1, has_event_id: true }]);
  expect(await ask("repeats_of_each_other", {}, COLUMNS)).toEqual([
    { row_id: 3, event_id: "e1", first_file: null, is_other: false, wins: false },
    { row_id: 4, event_id: "e1", first_file: null, is_other: true, wins: false },
  ]);
});

it("data that hashes the same is no repeat; another event stays one", async () => {
  const { given, rows, run } = await queries();
  await given("incoming_repeats", [
    { row_id: 1, is_other: false },
    { row_id: 2, is_other: false },
    { row_id: 3, is_other: true },
  ]);
  await given(
    "incoming_data",
    ["same", "same", "one", "two"].map((hash, n) => ({ key: n + 2, hash })),
  );
  await run("drop_same_data");
  expect(await rows("select row_id from incoming_repeats order by all")).toEqual([{ row_id: 2 }, { row_id: 3 }]);
});
