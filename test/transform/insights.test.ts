import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

const [login, seen] = ["2026-05-30 08:00:00", "2026-05-31 09:00:00"];

it("a member's Insights values are taken once, and not where there are none", async () => {
  const { ask, given } = await queries();
  await given("incoming_members", [
    { raw_row: 0, username: "Ann", last_seen_at: seen },
    { raw_row: 1, username: "ann", last_seen_at: login },
    { raw_row: 2, email: "bob@x.io", desktop_version: "4.4" },
    { raw_row: 3, username: "carl" },
    { raw_row: 4, username: "dora", last_seen_at: seen, reason: "malformed_json" },
  ]);
  expect(await ask("insights_values", {}, "member_key, raw_row")).toEqual([
    { member_key: "ann", raw_row: 0 },
    { member_key: "bob@x.io", raw_row: 2 },
  ]);
});

it("a login and a use of Docker Desktop are a fact each, of the member who had the name", async () => {
  const { ask, given } = await queries();
  await given("incoming_insights", [
    {
      member_key: "ann",
      member_id: "1",
      username: "Ann",
      raw_row: 0,
      last_logged_in_at: login,
      last_seen_at: seen,
      desktop_version: "4.4",
    },
    { member_key: "bob@x.io", raw_row: 1, last_seen_at: seen },
    { member_key: "carl", username: "carl", raw_row: 2, last_seen_at: "2026-07-01 00:00:00" },
  ]);
  await given("known_people", [
    { org: "acme", actor: "ann", kind: "member", used_from: "-infinity", used_until: "infinity" },
  ]);
  const file = { org: "acme", first_org: "ACME", run_id: "r1", name: "f1", read_at: new Date("2026-06-01T00:00:00Z") };
  const columns = "occurred_at, action, source_action, category, verb, actor, actor_kind, data, raw_file, raw_row";
  const ann = { actor: "ann", actor_kind: "member", raw_file: "f1", raw_row: 0 };
  expect(await ask("insights_facts", file, columns)).toEqual([
    {
      ...{ ...ann, occurred_at: "2026-05-30T08:00:00Z", action: "auth.login", source_action: "last_logged_in_at" },
      ...{ category: "auth", verb: "login", data: null },
    },
    {
      ...{ ...ann, occurred_at: "2026-05-31T09:00:00Z", action: "desktop.use", source_action: "last_seen_at" },
      ...{ category: "desktop", verb: "use", data: '{"desktop_version":"4.4"}' },
    },
  ]);
});
