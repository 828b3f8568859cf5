import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const read_at = new Date("2026-06-01T06:00:00Z");
const pointers = (...names: string[]) => names.map((name) => `/${name}`);
const REPORT = pointers(
  "day",
  "Event_Date",
  "image_repository",
  "Repository",
  "n",
  "count",
  "who",
  "ns",
  "tag",
  "token",
);
const EXPORT = pointers("hour", "repo", "checks", "pulls", "who", "tag", "token", "ips", "privacy", "digest");

it("a row of a report is read in either naming, and rejected where it has no day, repository or count", async () => {
  const { ask, rawFile } = await queries();
  const rows = [
    { day: "2026-05-20", image_repository: "acme/api", n: "3", who: " Ann ", tag: "1.0", token: "ci" },
    { Event_Date: "2026-05-20T00:00:00Z", Repository: "web", ns: "Other", count: "0", who: "", token: "Generated" },
    { day: "2026/05/20", image_repository: "web", n: "1" },
    { day: "20 May", image_repository: "web", n: "1" },
    { day: "2026-06-03", image_repository: "web", n: "1" },
    { day: "2026-05-20", image_repository: " ", n: "1" },
    { day: "2026-05-20", image_repository: "web", n: "1.5" },
  ];
  const path = await rawFile([...rows.map((row) => JSON.stringify(row)), '{"day":']);
  const columns = "raw_row, day, resource, quantity, actor, tag, token_label, reason";
  const found = await ask("report_rows", { path, org: "Acme", read_at, pointers: REPORT }, columns);
  const day = "2026-05-20";
  const plain = { actor: null, tag: null, token_label: null, reason: null };
  expect(found.slice(0, 3)).toEqual([
    { raw_row: 0, day, resource: "acme/api", quantity: 3, actor: "ann", tag: "1.0", token_label: "ci", reason: null },
    { ...plain, raw_row: 1, day, resource: "Other/web", quantity: 0 },
    { ...plain, raw_row: 2, day, resource: "acme/web", quantity: 1 },
  ]);
  expect(found.slice(3).map(({ reason }) => reason)).toEqual([
    ...["unreadable_day", "day_in_the_future", "missing_repository", "unreadable_count", "malformed_json"],
  ]);
});

it("rows of an export are the same where all but their counts are", async () => {
  const { ask, rawFile } = await queries();
  const sent = { hour: "2026/05/20/05", repo: "acme/api", checks: "1", pulls: "2", who: "Ann", digest: "d", ips: "i" };
  const path = await rawFile(
    [sent, { ...sent, pulls: "3" }, { ...sent, digest: "e" }].map((row) => JSON.stringify(row)),
  );
  const values = { path, org: "acme", read_at, number: 7, pointers: EXPORT };
  const rows = await ask(
    "export_rows",
    values,
    "raw_row, file_number, row_key, day, actor, version_checks, pulls, reason",
  );
  const [first, second, third] = rows;
  expect(first).toMatchObject({
    file_number: 7,
    day: "2026-05-20",
    actor: "ann",
    version_checks: 1,
    pulls: 2,
    reason: null,
  });
  expect(second!.row_key).toBe(first!.row_key);
  expect(third!.row_key).not.toBe(first!.row_key);
});

it("a report's rows of one day, actor, resource, tag and token are summed, those of nobody too", async () => {
  const { ask, given } = await queries();
  const row = { day: "2026-05-20", resource: "acme/api", tag: "1.0", quantity: 2 };
  await given("incoming_report_rows", [
    { ...row, raw_row: 4 },
    { ...row, raw_row: 3 },
    { ...row, raw_row: 2, actor: "ann" },
    { ...row, raw_row: 1, actor: "ann", reason: "unreadable_count" },
  ]);
  const sum = { day: "2026-05-20", resource: "acme/api", tag: "1.0", token_label: null, file_number: 0 };
  expect(await ask("report_sums")).toEqual([
    { ...sum, actor: "ann", quantity: 2, raw_row: 2 },
    { ...sum, actor: null, quantity: 4, raw_row: 3 },
  ]);
});

it("a row that two exports have counts once, with the larger numbers; one that stands twice in one counts twice", async () => {
  const { ask, given } = await queries();
  const row = { row_key: 1, day: "2026-05-20", resource: "acme/api", version_checks: 1, pulls: 1 };
  await given("incoming_export_rows", [
    { ...row, file_number: 0, raw_row: 5 },
    { ...row, file_number: 0, raw_row: 6 },
    { ...row, file_number: 1, raw_row: 0, version_checks: 0, pulls: 10 },
    { ...row, file_number: 1, raw_row: 1, row_key: 2, day: "2026-05-21" },
  ]);
  const span = { org: "acme", from: new Date("2026-05-20"), before: new Date("2026-05-21") };
  expect(await ask("export_sums", span, "day, quantity, file_number, raw_row")).toEqual([
    { day: "2026-05-20", quantity: 13, file_number: 0, raw_row: 5 },
  ]);
});

it("a sum becomes a fact of its source, of the member who has the name, with a token or without", async () => {
  const { ask, connection, given } = await queries();
  await connection.run(
    "insert into dim_action (source_action, action, category, verb, is_usage, is_automation_likely, is_known) values ('usage_pulls', 'repo.pull', 'repo', 'pull', true, true, true)",
  );
  await given("incoming_files", [{ number: 0, name: "f", org: "acme", first_org: "ACME", run_id: "r" }]);
  await given("known_people", [
    { org: "acme", actor: "ann", kind: "member", used_from: "-infinity", used_until: "infinity" },
  ]);
  const sum = { day: "2026-05-20", resource: "acme/api", quantity: 2, file_number: 0, raw_row: 1 };
  await given("incoming_pulls_summed", [{ ...sum, actor: "ann", token_label: "ci" }, sum, { ...sum, actor: "ann" }]);
  const values = { source: "pull_report", source_action: "usage_pulls", report_day: "2026-05-20" };
  const columns = "actor, actor_kind, via_token, token_label, action, quantity, source, occurred_at, raw_file";
  const fact = { action: "repo.pull", quantity: 2, source: "pull_report", occurred_at: "2026-05-20", raw_file: "f" };
  expect(await ask("pull_facts", values, columns)).toEqual([
    { ...fact, actor: "ann", actor_kind: "member", via_token: false, token_label: null },
    { ...fact, actor: "ann", actor_kind: "member", via_token: true, token_label: "ci" },
    { ...fact, actor: null, actor_kind: "unknown", via_token: false, token_label: null },
  ]);
  expect(await ask("pull_facts", values, "distinct fact_id")).toHaveLength(3);
});
