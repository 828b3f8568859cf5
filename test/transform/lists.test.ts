import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";

it("a member is read field by field, whatever the source made of them, and rejected where nobody is named", async () => {
  const { ask, rawFile } = await queries();
  const path = await rawFile([
    '{"id":7,"username":" Ann ","email":"ann@x.io","role":"Owner","groups":["b",{"name":"a"},"b",null],"is_guest":"True","date_joined":"2020-01-02T03:04:05+01:00"}',
    '{"primary_email":"bob@x.io","groups":"ops","username":["no"],"last_logged_in_at":"2026-05-31T00:00:00Z","last_seen_at":"2027-01-01T00:00:00Z","last_desktop_version":"4.4"}',
    '{"role":"Member"}',
    "[1]",
    '{"username":',
  ]);
  const columns =
    "raw_row, member_id, username, email, teams, is_guest, account_created_at, last_logged_in_at, last_seen_at, desktop_version, reason";
  const nothing = { member_id: null, username: null, email: null, teams: [], is_guest: false };
  const never = { account_created_at: null, last_logged_in_at: null, last_seen_at: null, desktop_version: null };
  expect(await ask("parsed_members", { path }, columns)).toEqual([
    {
      ...never,
      ...{ raw_row: 0, member_id: "7", username: "Ann", email: "ann@x.io", teams: ["a", "b"], is_guest: true },
      ...{ account_created_at: "2020-01-02T02:04:05Z", reason: null },
    },
    {
      ...{ ...nothing, ...never, raw_row: 1, email: "bob@x.io", teams: ["ops"], last_logged_in_at: "2026-05-31" },
      ...{ desktop_version: "4.4", reason: null },
    },
    { ...nothing, ...never, raw_row: 2, reason: "missing_identity" },
    { ...nothing, ...never, raw_row: 3, reason: "not_an_object" },
    { ...nothing, ...never, raw_row: 4, reason: "malformed_json" },
  ]);
});

it("an invitation is for a name or for an address, and a list that was not read has the same columns", async () => {
  const { ask, rawFile, rows, text } = await queries();
  const path = await rawFile([
    '{"invitee":"Finn","inviter_username":"boss","team":"core","role":"member","created_at":"2026-05-01T00:00:00Z"}',
    '{"invitee":"eve@x.io"}',
    '{"team":"core"}',
  ]);
  expect(await ask("parsed_invites", { path }, "raw_row, username, email, team, inviter, invited_at, reason")).toEqual([
    {
      raw_row: 0,
      username: "Finn",
      email: null,
      team: "core",
      inviter: "boss",
      invited_at: "2026-05-01",
      reason: null,
    },
    { raw_row: 1, username: null, email: "eve@x.io", team: null, inviter: null, invited_at: null, reason: null },
    {
      raw_row: 2,
      username: null,
      email: null,
      team: "core",
      inviter: null,
      invited_at: null,
      reason: "missing_identity",
    },
  ]);
  const shape = (query: string) => rows(`select column_name, column_type from (describe ${query})`);
  expect(await shape(text("no_invites"))).toEqual(await shape(text("parsed_invites", { path })));
  expect(await ask("no_invites")).toEqual([]);
});

it("an action of the source's list has a name, a label and a meaning; one without a name is rejected", async () => {
  const { ask, rawFile } = await queries();
  const path = await rawFile(['{"action":"a.b","label":"AB","description":"does"}', '{"label":"AB"}', "null"]);
  expect(await ask("parsed_catalog", { path }, "raw_row, source_action, label, meaning, reason")).toEqual([
    { raw_row: 0, source_action: "a.b", label: "AB", meaning: "does", reason: null },
    { raw_row: 1, source_action: null, label: "AB", meaning: null, reason: "missing_action" },
    { raw_row: 2, source_action: null, label: null, meaning: null, reason: "not_an_object" },
  ]);
});

it("a person is there once: joined before invited, and an invitation of somebody who has joined adds nobody", async () => {
  const { ask, given } = await queries();
  const member = { teams: [], is_guest: false, role: "Member" };
  await given("incoming_members", [
    { ...member, raw_row: 0, username: "Ann", email: "ann@x.io" },
    { ...member, raw_row: 1, username: "ann", email: "other@x.io" },
    { ...member, raw_row: 2, username: "guest", is_guest: true },
    { ...member, raw_row: 3, username: "finn", role: "Invitee", teams: ["ops"] },
    { ...member, raw_row: 4, email: "ANN@x.io", role: "Invitee" },
    { ...member, raw_row: 5, reason: "missing_identity" },
  ]);
  await given("incoming_invites", [
    { username: "Finn", team: "core", inviter: "boss", invited_at: "2026-05-02 00:00:00" },
    { username: "Finn", team: "a", inviter: "ann", invited_at: "2026-05-01 00:00:00" },
    { email: "new@x.io", team: "core" },
    { email: "ann@x.io" },
  ]);
  expect(await ask("people", { org: "acme" }, "member_key, seat_type, role, teams, invited_at, inviter")).toEqual([
    { member_key: "ann", seat_type: "member", role: "Member", teams: [], invited_at: null, inviter: null },
    {
      ...{ member_key: "finn", seat_type: "invitee", role: "Invitee", teams: ["a", "core", "ops"] },
      ...{ invited_at: "2026-05-01", inviter: "ann" },
    },
    { member_key: "guest", seat_type: "guest", role: "Member", teams: [], invited_at: null, inviter: null },
    { member_key: "new@x.io", seat_type: "invitee", role: "Invitee", teams: ["core"], invited_at: null, inviter: null },
  ]);
});

it("a listed team and a repository have a name, a token has an id; size and pulls are numbers or nothing", async () => {
  const { ask, given, rawFile } = await queries();
  const list = async (run: string, payloads: readonly string[]) => {
    const path = await rawFile(payloads, undefined, run);
    await given("incoming_lists", [{ path, name: run, org: "Acme", read_at: "2026-06-01 00:00:00" }]);
    return { paths: [path] };
  };
  const teams = await list("teams", ['{"id":1,"name":"core","description":"","member_count":2.0}', '{"id":2}']);
  expect(await ask("parsed_teams", teams, "raw_row, org, raw_file, team, description, member_count, reason")).toEqual([
    { raw_row: 0, org: "Acme", raw_file: "teams", team: "core", description: null, member_count: 2, reason: null },
    {
      ...{ raw_row: 1, org: "Acme", raw_file: "teams", team: null, description: null, member_count: null },
      reason: "missing_name",
    },
  ]);
  const repositories = await list("repositories", [
    '{"name":"app","namespace":"other","is_private":true,"storage_size":12000000000,"pull_count":"7"}',
    '{"name":"web","storage_size":"much","last_modified":"2026-05-01T02:00:00+02:00"}',
    "[]",
  ]);
  const columns = "repository, is_private, storage_size, pull_count, last_updated_at, reason";
  expect(await ask("parsed_repositories", repositories, columns)).toEqual([
    {
      ...{ repository: "acme/web", is_private: null, storage_size: null, pull_count: null },
      ...{ last_updated_at: "2026-05-01", reason: null },
    },
    {
      ...{ repository: "other/app", is_private: true, storage_size: 12_000_000_000, pull_count: 7 },
      ...{ last_updated_at: null, reason: null },
    },
    {
      ...{ repository: null, is_private: null, storage_size: null, pull_count: null, last_updated_at: null },
      reason: "not_an_object",
    },
  ]);
  const tokens = await list("tokens", ['{"id":"t1","is_active":false,"last_used_at":null}', '{"label":"ci"}']);
  expect(await ask("parsed_tokens", tokens, "token_id, label, is_active, last_used_at, reason")).toEqual([
    { token_id: "t1", label: null, is_active: false, last_used_at: null, reason: null },
    { token_id: null, label: "ci", is_active: null, last_used_at: null, reason: "missing_id" },
  ]);
});
