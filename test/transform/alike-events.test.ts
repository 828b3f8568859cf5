import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const [noon, one, two] = ["2026-05-01 12:00:00", "2026-05-01 13:00:00", "2026-05-01 14:00:00"];
const RANGE = { from: new Date("2026-04-30T00:00:00Z"), to: new Date("2026-05-02T00:00:00Z") };
const fresh = (fact_id: string, occurred_at: string, has_event_id: boolean) => ({
  ...{ org: "acme", fact_id, row_id: 0, occurred_at, has_event_id },
});

it("fresh events meet known ones, or others of the batch, only of the other kind and at the same instant", async () => {
  const { ask, connection, facts, given } = await queries();
  const meets = async () => (await ask("meetings", RANGE))[0];
  await given("incoming_fresh", [fresh("n", noon, true)]);
  await given("incoming_identified", [fresh("n", noon, true), fresh("m", one, false)]);
  await facts([
    { fact_id: "a", occurred_at: noon, event_id: "a" },
    { fact_id: "b", occurred_at: one },
    { fact_id: "c", occurred_at: noon, org: "other" },
    { fact_id: "d", occurred_at: noon, source: "member_insights" },
  ]);
  expect(await meets()).toEqual({ known: false, batch: false });
  await facts([{ fact_id: "e", occurred_at: noon }]);
  expect(await meets()).toEqual({ known: true, batch: false });
  await given("incoming_fresh", [fresh("m", one, false)]);
  await given("incoming_identified", [fresh("o", one, true)]);
  await connection.run("delete from fct_usage");
  expect(await meets()).toEqual({ known: false, batch: true });
});

it("where they meet, all of the batch at that instant stands beside all that is known of it", async () => {
  const { ask, facts, given } = await queries();
  const shown = [fresh("n", noon, true), fresh("a", noon, false)];
  await given("incoming_fresh", [fresh("n", noon, true), fresh("t", two, true)]);
  await given("incoming_identified", [...shown, fresh("t", two, true)]);
  await facts([
    { fact_id: "a", occurred_at: noon },
    { fact_id: "b", occurred_at: noon },
    { fact_id: "z", occurred_at: two, event_id: "z" },
  ]);
  expect(await ask("meeting_events", RANGE, "fact_id")).toEqual([{ fact_id: "a" }, { fact_id: "n" }]);
  await given("incoming_shown", shown);
  await given("incoming_shown_facts", [
    { org: "acme", fact_id: "n", occurred_at: noon, event_id: "n" },
    { org: "acme", fact_id: "a", occurred_at: noon },
  ]);
  expect(await ask("compared_facts", RANGE, "fact_id, is_new, has_event_id, taken")).toEqual([
    { fact_id: "a", is_new: false, has_event_id: false, taken: true },
    { fact_id: "a", is_new: true, has_event_id: false, taken: true },
    { fact_id: "b", is_new: false, has_event_id: false, taken: false },
    { fact_id: "n", is_new: true, has_event_id: true, taken: false },
  ]);
});

it("of events with the same contents, as many are old as are known; without the other kind none is", async () => {
  const { given, rows, run } = await queries();
  const contents = { org: "acme", taken: false, hash: "same" };
  await given("incoming_identified", [
    ...["n1", "n2", "m"].map((id, row_id) => ({ ...fresh(id, noon, true), row_id })),
    { ...fresh("n1", noon, true), org: "other", row_id: 3 },
  ]);
  await given("incoming_contents", [
    { ...contents, fact_id: "n1", is_new: true, has_event_id: true },
    { ...contents, fact_id: "n2", is_new: true, has_event_id: true },
    { ...contents, fact_id: "k", is_new: false, has_event_id: false },
    { ...contents, fact_id: "m", is_new: true, has_event_id: true, hash: "other" },
    { ...contents, fact_id: "l", is_new: false, has_event_id: true, hash: "other" },
  ]);
  await run("drop_alike");
  expect(await rows("from incoming_known")).toEqual([{ row_id: 0 }]);
});
