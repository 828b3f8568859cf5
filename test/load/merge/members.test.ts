import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addMember, changeRole, memberOf, removeMember, renameMember } from "../../../demo/organization.ts";
import { sqlText } from "../../../transform/query.ts";
import { Days, ORG } from "../../kit/days.ts";

it("who joins, leaves and comes back has periods that say so; nothing changed opens none", async () => {
  const days = await Days.begin();
  await days.read();
  const { id } = addMember(days.organization, { username: "dora" });
  await days.read();
  removeMember(days.organization, "dora");
  await days.read();
  await days.read();
  addMember(days.organization, { username: "Dora", id });
  await days.read();
  expect(await days.periods("member_key = 'dora'")).toEqual(["join 1-2 dora", "rejoin 4-now Dora"]);
  expect(await days.periods("member_key = 'ann'")).toEqual(["initial 0-now ann"]);
});

it("a rename, another role and other teams each open a period of the same person", async () => {
  const days = await Days.begin();
  await days.read();
  renameMember(days.organization, "ann", "Anna.Smith");
  changeRole(days.organization, "bob", "Editor");
  memberOf(days.organization, "cid").groups = ["ops", "core"];
  await days.read();
  memberOf(days.organization, "cid").groups = ["core", "ops"];
  await days.read();
  const { id } = memberOf(days.organization, "anna.smith");
  expect(await days.periods(`member_id = '${id}'`)).toEqual(["initial 0-1 ann", "rename 1-now Anna.Smith"]);
  expect(await days.periods("member_key = 'bob'", "role")).toEqual(["initial 0-1 Member", "role_change 1-now Editor"]);
  expect(await days.periods("member_key = 'cid'", "array_to_string(teams, '+')")).toEqual([
    "initial 0-1 core",
    "team_change 1-now core+ops",
  ]);
});

it("an invitation by e-mail that is accepted becomes the member's seat; the one by name, too", async () => {
  const days = await Days.begin();
  const invite = {
    inviter_username: "boss",
    org: ORG,
    team: "core",
    role: "member",
    created_at: "2026-05-30T08:00:00Z",
  };
  await days.read();
  days.organization.invites.push(
    { ...invite, id: "i-1", invitee: "eve@example.com" },
    { ...invite, id: "i-2", invitee: "finn" },
  );
  await days.read();
  expect(
    await days.rows(
      `select member.email, member.username, member.invited_at, member.inviter, member.teams
       from dim_member as member where is_current and seat_type = 'invitee' order by member_key`,
    ),
  ).toMatchObject([
    { email: "eve@example.com", username: null, invited_at: "2026-05-30T08:00:00Z", inviter: "boss", teams: ["core"] },
    { email: null, username: "finn", inviter: "boss" },
  ]);
  addMember(days.organization, { username: "eve", email: "eve@example.com" });
  addMember(days.organization, { username: "finn" });
  await days.read(); // the invitations stay open for a while
  days.organization.invites.length = 0;
  await days.read();
  expect(await days.periods("lower(email) = 'eve@example.com'")).toEqual([
    "invite 1-2 eve@example.com",
    "accept 2-now eve",
  ]);
  expect(await days.periods("member_key = 'finn'")).toEqual(["invite 1-2 finn", "accept 2-now finn"]);
  expect((await days.seats()).length).toBe(6);
});

it("invitations that may not be read are tolerated: the invitee is there, only since when is not known", async () => {
  const days = await Days.begin();
  days.organization.invites.push({
    id: "i-1",
    inviter_username: "boss",
    invitee: "finn",
    org: ORG,
    team: "core",
    role: "member",
    created_at: "2026-05-30T08:00:00Z",
  });
  days.play("403-invites");
  expect((await days.read()).message).toMatch(/invitations could not be read/);
  const [invitee] = (await days.seats()).filter(({ seat_type }) => seat_type === "invitee");
  expect(invitee).toMatchObject({ username: "finn", invited_at: null, status: "pending_invite" });
});

it("Insights values become facts once each and open no period", async () => {
  const days = await Days.begin({ insights: true, plan: "Business" });
  const ann = memberOf(days.organization, "ann");
  Object.assign(ann, {
    last_logged_in_at: "2026-05-20T10:00:00Z",
    last_seen_at: "2026-05-31T11:00:00.5Z",
    last_desktop_version: "4.46.0",
  });
  expect((await days.read()).facts).toBe(2);
  expect((await days.read()).facts).toBe(0);
  ann.last_seen_at = "2026-06-02T09:00:00Z";
  expect((await days.read()).facts).toBe(1);
  const facts = await days.rows(
    "select action, actor, actor_kind, occurred_at, source, quantity from fct_usage order by occurred_at",
  );
  expect(facts).toEqual(
    [
      ["auth.login", "2026-05-20T10:00:00Z"],
      ["desktop.use", "2026-05-31T11:00:00.5Z"],
      ["desktop.use", "2026-06-02T09:00:00Z"],
    ].map(([action, occurred_at]) => ({
      action,
      actor: "ann",
      actor_kind: "member",
      occurred_at,
      source: "member_insights",
      quantity: 1,
    })),
  );
  expect(await days.periods("member_key = 'ann'")).toEqual(["initial 0-now ann"]);
  expect(await days.rows("select insights_members as n from ops.member_snapshots")).toEqual(Array(3).fill({ n: 1 }));
});

it("an open invitation of somebody who has joined is counted apart: it is no second seat", async () => {
  const days = await Days.begin();
  const invite = {
    inviter_username: "boss",
    org: "acme",
    team: "core",
    role: "member",
    created_at: "2026-05-01T00:00:00Z",
  };
  days.organization.invites.push(
    { ...invite, id: "i1", invitee: "Ann" },
    { ...invite, id: "i2", invitee: "new@example.com" },
  );
  await days.read();
  expect((await days.seats()).map(({ username, email }) => username ?? email)).toEqual([
    "ann",
    "bob",
    "boss",
    "cid",
    "new@example.com",
  ]);
  expect(await days.rows(sqlText("questions/invitations_of_members"))).toEqual([{ org: "acme", invitations: 1 }]);
});

it("a snapshot without more than 30 % and at least five of the joined is refused, and taken where the operator says so", async () => {
  const days = await Days.begin();
  for (const n of Array(12).keys()) addMember(days.organization, { username: `more${n}` });
  await days.read();
  for (const name of ["more0", "more1", "more2", "more3", "more4"]) removeMember(days.organization, name);
  expect((await days.read()).refused).toMatchObject([{ org: ORG, current: 16, gone: 5 }]);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 16 }]);
  expect((await days.read(true)).refused).toEqual([]);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 11 }]);
});

it("four of four who left are below the guard's floor, and five of seventeen below its share", async () => {
  const days = await Days.begin();
  for (const n of Array(13).keys()) addMember(days.organization, { username: `more${n}` });
  await days.read();
  for (const n of Array(5).keys()) removeMember(days.organization, `more${n}`);
  expect((await days.read()).refused).toEqual([]);
  const few = await Days.begin();
  await few.read();
  few.organization.members.length = 0;
  expect((await few.read()).refused).toEqual([]);
  expect(await few.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 0 }]);
});

it("cancelled invitations are nobody gone, and invitees do not thin the share of those who are", async () => {
  const days = await Days.begin();
  const invite = { inviter_username: "boss", org: ORG, team: "", role: "member", created_at: "2026-05-30T08:00:00Z" };
  for (const n of Array(40).keys()) days.organization.invites.push({ ...invite, id: `i-${n}`, invitee: `new${n}` });
  for (const n of Array(10).keys()) addMember(days.organization, { username: `more${n}` });
  await days.read();
  days.organization.invites.length = 5;
  expect((await days.read()).refused).toEqual([]);
  for (const n of Array(5).keys()) removeMember(days.organization, `more${n}`);
  expect((await days.read()).refused).toMatchObject([{ current: 14, gone: 5 }]);
});

it("a refused, a stale and an unfinished snapshot leave no raw file over", async () => {
  const days = await Days.begin();
  for (const n of Array(10).keys()) addMember(days.organization, { username: `more${n}` });
  await days.read();
  for (const n of Array(10).keys()) removeMember(days.organization, `more${n}`);
  expect((await days.read()).refused.length).toBe(1);
  expect(await days.leftOver()).toEqual([]);
  days.turnBack(2);
  await days.read();
  expect(await days.leftOver()).toEqual([]);
  expect(await days.rows("select stream, kind from ops.loaded_files order by all")).toEqual(
    ["invites", "members"].flatMap((stream) => ["refused", "snapshot", "stale"].map((kind) => ({ stream, kind }))),
  );
  // killed after the invitations, before the members
  rmSync(join(days.folder, await days.unmerged()));
  expect((await days.leftOver()).length).toBe(1);
  await days.mergeLeftOver();
  expect(await days.leftOver()).toEqual([]);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 14 }]);
});
