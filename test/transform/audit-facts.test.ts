import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const AT = "2026-06-01 00:00:00";
const file = { number: 3, name: "f3", org: "acme", first_org: "ACME", run_id: "r1", run_number: 0, read_at: AT };

it("a fact has its rule's names, the actor without the token, and who was acted upon", async () => {
  const { ask, connection, given } = await queries();
  await connection.run(
    "insert into dim_action values ('repo.tag.push', 'repo.push', 'repo', 'push', true, true, null, true, null, null)",
  );
  const event = { file_number: 3, org: "acme", occurred_at: "2026-05-01 00:00:00", run_id: "r1" };
  await given("incoming_events", [
    {
      ...{ ...event, row_id: 0, raw_row: 0, source_action: "repo.tag.push", name: "acme/app" },
      ...{ source_actor: 'Ann - access token "CI"', data: '{"tag":"1.0","digest":"sha256:1"}', event_id: "e0" },
    },
    {
      ...{ ...event, row_id: 1, raw_row: 1, source_action: "org.member.add", name: "acme", source_actor: "acme" },
      ...{ data: '{"username":"Eve","access_token_id":"7","access_token_label":"nightly"}' },
    },
    { ...event, row_id: 2, raw_row: 2, source_action: "nodots", source_actor: "bob" },
  ]);
  await given("incoming_identified", [
    { fact_id: "e0", row_id: 0, has_event_id: true },
    { fact_id: "f1", row_id: 1, has_event_id: false },
    { fact_id: "f2", row_id: 2, has_event_id: false },
    { fact_id: "f3", row_id: 3, has_event_id: false },
  ]);
  await given("incoming_files", [file]);
  const always = { used_from: "-infinity", used_until: "infinity" };
  await given("known_people", [
    { ...always, org: "acme", actor: "ann", kind: "member" },
    { ...always, org: "other", actor: "bob", kind: "member" },
  ]);
  const columns = "fact_id, action, category, verb, actor, actor_kind, via_token, token_label, tag, subject, raw_file";
  const found = await ask("audit_facts", { records: "incoming_events" }, columns);
  expect(found.map((row) => Object.values(row))).toEqual([
    ["e0", "repo.push", "repo", "push", "ann", "member", true, "CI", "1.0", null, "f3"],
    ["f1", "org.member.add", "org", "add", "acme", "org_token", true, "nightly", null, "eve", "f3"],
    ["f2", "nodots", "nodots", "nodots", "bob", "unknown", false, null, null, null, "f3"],
  ]);
});

it("each day with an event counts for its file, whether the event is new or not", async () => {
  const { ask, given } = await queries();
  await given("incoming_files", [file]);
  const event = { file_number: 3, org: "acme" };
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

it("an organization is spelled as its own events spell it: first as the first record does, then as the newest reading's newest", async () => {
  const { ask, given } = await queries();
  const files = [
    { ...file, number: 0, read_at: "2026-06-03 00:00:00" },
    { ...file, number: 1, org: "ACME" },
    { ...file, number: 2, org: "other" },
    { ...file, number: 3, read_at: "2026-06-03 00:00:00" },
  ];
  await given("incoming_files", files);
  const told: [number, string | null, string, string?][] = [
    [0, "aCME", "2026-05-01", "missing_action"],
    [0, "else", "2026-05-01"],
    [0, null, "2026-05-01"],
    [0, "acMe", "2026-05-03"],
    [0, "acmE", "2026-05-02"],
    [0, "acMe", "2026-05-01"],
    [1, "AcMe", "2026-05-09"],
    [2, "acme", "2026-05-09"],
    [3, "Acme", "2026-05-03"],
  ];
  await given(
    "incoming",
    told.map(([file_number, account, occurred_at, reason], n) => ({
      ...{ row_id: file_number * 2 ** 32 + n, file_number, account, occurred_at, reason: reason ?? null },
    })),
  );
  expect(await ask("event_spellings")).toEqual([
    { org_key: "acme", first_account: "acMe", account: "Acme", newest_at: "2026-06-03" },
  ]);
});

it("a rejected record is kept once, whatever file brings it again, and two alike in one file are two", async () => {
  const { ask, connection, given } = await queries();
  await given("incoming_files", [
    { number: 0, name: "f0", first_org: "acme", run_id: "r1" },
    { number: 1, name: "f1", first_org: "acme", run_id: "r2" },
  ]);
  const bad = { org: "Acme", reason: "missing_action", payload: "{}" };
  await given("incoming", [
    { ...bad, row_id: 0, file_number: 0 },
    { ...bad, row_id: 1, file_number: 0 },
    { ...bad, row_id: 2 ** 32, file_number: 1 },
    { ...bad, row_id: 2 ** 32 + 7, file_number: 1, payload: "[]" },
    { ...bad, row_id: 2 ** 32 + 8, file_number: 1, reason: null },
  ]);
  const columns = "row_id, org, stream, reason, payload, raw_file, raw_row, run_id";
  const kept = {
    org: "Acme",
    stream: "auditlog",
    reason: "missing_action",
    payload: "{}",
    raw_file: "f0",
    run_id: "r1",
  };
  const other = { ...kept, row_id: 2 ** 32 + 7, payload: "[]", raw_file: "f1", raw_row: 7, run_id: "r2" };
  expect(await ask("rejected_events", {}, columns)).toEqual([
    { ...kept, row_id: 0, raw_row: 0 },
    { ...kept, row_id: 1, raw_row: 1 },
    other,
  ]);
  await connection.run(
    `insert into ops.rejected by name
     select md5(concat_ws(chr(31), 'acme', 'missing_action', '{}', 1)) as reject_id, 'acme' as org, 'auditlog' as stream,
       'missing_action' as reason, '{}' as payload, 'f9' as raw_file, 0 as raw_row, 'r0' as run_id`,
  );
  expect(await ask("rejected_events", {}, columns)).toEqual([{ ...kept, row_id: 1, raw_row: 1 }, other]);
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
