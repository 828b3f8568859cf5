import { expect, it } from "vitest";
import { queries } from "../kit/queries.ts";
import type { Row } from "../kit/rows.ts";

const SNAPSHOT = { org: "acme", is_first: false, keeps_invitees: false, read_at: new Date("2026-06-01T00:00:00Z") };
const COLUMNS = "member_key, was_key, change_type, person";
const person = (row: Row): Row => ({
  ...{ org: "acme", member_key: row.username ?? row.email ?? null, role: "Member", seat_type: "member", teams: [] },
  ...{ is_guest: false, ...row },
});

it("who is new, gone, renamed or has another role is one change each; who stayed the same is none", async () => {
  const { ask, given, members } = await queries();
  await members([
    { username: "ann", member_id: "1", person: "1" },
    { username: "bob", member_id: "2", person: "2" },
    { username: "carl", member_id: "3", person: "3" },
    { username: "dora", member_id: "4", person: "4" },
  ]);
  await given("incoming_people", [
    person({ username: "ann", member_id: "1" }),
    person({ username: "bobby", member_id: "2" }),
    person({ username: "carl", member_id: "3", role: "Owner" }),
    person({ username: "eve", member_id: "5" }),
  ]);
  expect(await ask("member_changes", SNAPSHOT, COLUMNS)).toEqual([
    { member_key: "bobby", was_key: "bob", change_type: "rename", person: "2" },
    { member_key: "carl", was_key: "carl", change_type: "role_change", person: "3" },
    { member_key: "eve", was_key: null, change_type: "join", person: "5" },
    { member_key: null, was_key: "dora", change_type: "left", person: null },
  ]);
});

it("in an organization's first snapshot everybody is initial", async () => {
  const { ask, given } = await queries();
  await given("incoming_people", [person({ username: "ann" })]);
  expect(await ask("member_changes", { ...SNAPSHOT, is_first: true }, COLUMNS)).toEqual([
    { member_key: "ann", was_key: null, change_type: "initial", person: "ann" },
  ]);
});

it("a name under another id is another person, and the one of before left", async () => {
  const { ask, given, members } = await queries();
  await members([{ username: "ann", member_id: "1" }]);
  await given("incoming_people", [person({ username: "ann", member_id: "9" })]);
  expect(await ask("member_changes", SNAPSHOT, COLUMNS)).toEqual([
    { member_key: "ann", was_key: null, change_type: "join", person: "9" },
    { member_key: null, was_key: "ann", change_type: "left", person: null },
  ]);
});

it("who comes back is the person they were", async () => {
  const { ask, given, members } = await queries();
  await members([{ username: "old", member_id: "1", person: "1", is_current: false, valid_to: "2026-03-01 00:00:00" }]);
  await given("incoming_people", [person({ username: "new", member_id: "1" })]);
  expect(await ask("member_changes", SNAPSHOT, COLUMNS)).toEqual([
    { member_key: "new", was_key: null, change_type: "rejoin", person: "1" },
  ]);
});

it("a record that cannot be read ends nobody's period whom it names", async () => {
  const { ask, given, members } = await queries();
  await members([{ username: "ann" }, { username: "bob" }]);
  await given("incoming_members", [{ reason: "malformed_json", payload: '{"username": "Ann", "role":' }]);
  expect(await ask("member_changes", SNAPSHOT, "was_key, change_type")).toEqual([
    { was_key: "bob", change_type: "left" },
  ]);
});

it("invitees stay where the invitations could not be read, and one that is better known opens no period", async () => {
  const { ask, given, members } = await queries();
  await members([
    { username: "finn", seat_type: "invitee" },
    { username: "gus", seat_type: "invitee" },
  ]);
  await given("incoming_people", [
    person({ username: "finn", seat_type: "invitee", inviter: "boss", invited_at: "2026-05-01 00:00:00" }),
  ]);
  const columns = "was_key, change_type";
  const detail = { was_key: "finn", change_type: "invite_detail" };
  expect(await ask("member_changes", SNAPSHOT, columns)).toEqual([detail, { was_key: "gus", change_type: "left" }]);
  expect(await ask("member_changes", { ...SNAPSHOT, keeps_invitees: true }, columns)).toEqual([detail]);
});

it("an accepted invitation by e-mail is the same person", async () => {
  const { ask, given, members } = await queries();
  await members([{ email: "eve@x.io", seat_type: "invitee" }]);
  await given("incoming_people", [person({ username: "eve", email: "Eve@x.io", member_id: "5" })]);
  expect(await ask("member_changes", SNAPSHOT, COLUMNS)).toEqual([
    { member_key: "eve", was_key: "eve@x.io", change_type: "accept", person: "eve@x.io" },
  ]);
});
