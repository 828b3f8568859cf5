import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const AT = "2026-06-01 00:00:00";
const file = { number: 3, name: "f3", org: "acme", first_org: "ACME", read_at: AT };

it("an event is read as text and its time as UTC; one that cannot become a fact has a reason and what was sent", async () => {
  const { ask, given, rawFile } = await queries();
  const bad = ['{"action":"a.b","timestamp":"yesterday"}', '{"action":"a.b"}', '{"name":"x"}', "[]", "{"];
  const odd = ["2012-12-31T23:59:59Z", "2026-06-02T00:00:01Z"].map((at) => `{"action":"a.b","timestamp":"${at}"}`);
  const path = await rawFile([
    '{"event_id":" e1 ","account":"acme","action":"repo.create","name":"acme/x","actor":"Ann","data":{"a":1},"timestamp":"2026-05-01T02:00:00.5+02:00","action_description":"d"}',
    '{"action":"a.b","timestamp":"2026-05-01T00:00:00Z","data":null,"actor":""}',
    ...bad,
    ...odd,
  ]);
  await given("incoming_files", [{ ...file, path }]);
  const found = await ask("parsed_events", { paths: [path] });
  const row = { file_number: 3, org: "acme", hash_org: "ACME", run_id: "r1", read_at: "2026-06-01", reason: null };
  expect(found.slice(0, 2)).toEqual([
    {
      ...{ ...row, row_id: 3 * 2 ** 32, raw_row: 0, account: "acme", source_action: "repo.create", name: "acme/x" },
      ...{ source_actor: "Ann", occurred_at: "2026-05-01T00:00:00.500Z", data: '{"a":1}', description: "d" },
      ...{ event_id: "e1", payload: null },
    },
    {
      ...{ ...row, row_id: 3 * 2 ** 32 + 1, raw_row: 1, account: null, source_action: "a.b", name: null },
      ...{
        source_actor: null,
        occurred_at: "2026-05-01",
        data: null,
        description: null,
        event_id: null,
        payload: null,
      },
    },
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

it("a fact has its rule's names, the actor without the token, and who was acted upon", async () => {
  const { ask, connection, given } = await queries();
  await connection.run(
    "insert into dim_action values ('repo.tag.push', 'repo.push', 'repo', 'push', true, true, null, true, null, null)",
  );
  const event = { file_number: 3, org: "acme", occurred_at: "2026-05-01 00:00:00", run_id: "r1" };
  await given("incoming", [
    {
      ...{ ...event, row_id: 0, raw_row: 0, source_action: "repo.tag.push", name: "acme/app" },
      ...{ source_actor: 'Ann - access token "CI"', data: '{"tag":"1.0","digest":"sha256:1"}', event_id: "e0" },
    },
    {
      ...{ ...event, row_id: 1, raw_row: 1, source_action: "org.member.add", name: "acme", source_actor: "acme" },
      ...{ data: '{"username":"Eve","access_token_id":"7","access_token_label":"nightly"}' },
    },
    { ...event, row_id: 2, raw_row: 2, source_action: "nodots", source_actor: "bob" },
    { ...event, row_id: 3, raw_row: 3, source_action: "repo.delete" },
  ]);
  const named = [0, 1, 2].map((row_id) => ({ fact_id: `f${row_id}`, row_id }));
  await given("incoming_fresh", named);
  await given("incoming_files", [file]);
  const always = { used_from: "-infinity", used_until: "infinity" };
  await given("known_people", [
    { ...always, org: "acme", actor: "ann", kind: "member" },
    { ...always, org: "other", actor: "bob", kind: "member" },
  ]);
  const columns = "fact_id, action, category, verb, actor, actor_kind, via_token, token_label, tag, subject, raw_file";
  const found = await ask("audit_facts", { records: "incoming_fresh" }, columns);
  expect(found.map((row) => Object.values(row))).toEqual([
    ["f0", "repo.push", "repo", "push", "ann", "member", true, "CI", "1.0", null, "f3"],
    ["f1", "org.member.add", "org", "add", "acme", "org_token", true, "nightly", null, "eve", "f3"],
    ["f2", "nodots", "nodots", "nodots", "bob", "unknown", false, null, null, null, "f3"],
  ]);
});

it("each day with an event counts for its file, whether the event is new or not", async () => {
  const { ask, given } = await queries();
  await given("incoming_files", [file]);
  const event = { file_number: 3, org: "acme", read_at: AT };
  await given("incoming", [
    { ...event, occurred_at: "2026-05-01 23:59:59" },
    { ...event, occurred_at: "2026-05-01 01:00:00" },
    { ...event, occurred_at: "2026-05-02 00:00:00" },
    { ...event, occurred_at: "2026-05-03 00:00:00", reason: "missing_action" },
  ]);
  const day = { raw_file: "f3", org: "acme", read_at: "2026-06-01" };
  expect(await ask("event_days")).toEqual([
    { ...day, event_date: "2026-05-01", first_event_at: "2026-05-01T01:00:00Z", events: 2 },
    { ...day, event_date: "2026-05-02", first_event_at: "2026-05-02", events: 1 },
  ]);
});

it("a rejected record is kept once, whatever file brings it again, and two alike in one file are two", async () => {
  const { ask, connection, given } = await queries();
  await given("incoming_files", [
    { number: 0, name: "f0" },
    { number: 1, name: "f1" },
  ]);
  const bad = { org: "acme", hash_org: "acme", reason: "missing_action", payload: "{}", run_id: "r1" };
  await given("incoming", [
    { ...bad, row_id: 0, file_number: 0, raw_row: 0 },
    { ...bad, row_id: 1, file_number: 0, raw_row: 1 },
    { ...bad, row_id: 2, file_number: 1, raw_row: 0 },
    { ...bad, row_id: 3, file_number: 1, raw_row: 1, reason: null },
  ]);
  const columns = "row_id, stream, reason, payload, raw_file, raw_row";
  const kept = { stream: "auditlog", reason: "missing_action", payload: "{}", raw_file: "f0" };
  expect(await ask("rejected_events", {}, columns)).toEqual([
    { ...kept, row_id: 0, raw_row: 0 },
    { ...kept, row_id: 1, raw_row: 1 },
  ]);
  await connection.run(
    `insert into ops.rejected by name
     select md5(concat_ws(chr(31), 'acme', 'missing_action', '{}', 1)) as reject_id, 'acme' as org, 'auditlog' as stream,
       'missing_action' as reason, '{}' as payload, 'f9' as raw_file, 0 as raw_row, 'r0' as run_id`,
  );
  expect(await ask("rejected_events", {}, columns)).toEqual([{ ...kept, row_id: 1, raw_row: 1 }]);
});

it("facts that today's rules call otherwise have their new names and subject; others are not there", async () => {
  const { ask, connection, facts } = await queries();
  await connection.run(
    "insert into dim_action values ('people.add', 'member.add', 'member', 'add', false, false, null, true, null, null)",
  );
  const old = { source_action: "people.add", action: "people.add", category: "people", verb: "add" };
  await facts([
    { ...old, fact_id: "a", data: '{"member":"Eve"}' },
    { ...old, fact_id: "b", subject: "kept", source: "member_insights" },
    { ...old, fact_id: "c", action: "member.add", category: "member", subject: "eve", data: '{"member":"Eve"}' },
    { fact_id: "d" },
  ]);
  expect(await ask("renamed_facts", { source_action: "people.add" }, "action, category, verb, subject")).toEqual([
    { action: "member.add", category: "member", verb: "add", subject: "eve" },
    { action: "member.add", category: "member", verb: "add", subject: "kept" },
  ]);
});
