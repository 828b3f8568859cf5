import { join } from "node:path";
import { expect, it } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import type { Hub } from "../../demo/hub.ts";
import {
  addMember,
  changeRole,
  emptyOrganization,
  memberOf,
  type Organization,
  removeMember,
  renameMember,
} from "../../demo/organization.ts";
import { emptyFolder, hubOf, type Row, rowsOf, syncHere } from "../pipelines/at-work.ts";

const ORG = "acme";
const NOON = Date.parse("2026-06-01T12:00:00Z");
const DAY = 86_400_000;

/** An organization read day after day. */
class Days {
  readonly organization: Organization;
  readonly #hub: Hub;
  readonly #folder: string;
  #day = 0;

  static async begin(parts: Partial<Organization> = {}): Promise<Days> {
    const organization = emptyOrganization(ORG, parts);
    for (const username of ["boss", "ann", "bob", "cid"])
      addMember(organization, { username, role: username === "boss" ? "Owner" : "Member", groups: ["core"] });
    return new Days(organization, await hubOf([organization]), emptyFolder());
  }

  private constructor(organization: Organization, hub: Hub, folder: string) {
    this.organization = organization;
    this.#hub = hub;
    this.#folder = folder;
  }

  play(name: string): void {
    this.#hub.setScenario(scenarioOf(name));
  }

  async read(acceptShrink = false) {
    const at = new Date(NOON + this.#day++ * DAY);
    return syncHere({ folder: this.#folder, hub: this.#hub, orgs: [ORG], at, acceptShrink });
  }

  rows(query: string): Promise<Row[]> {
    return rowsOf(join(this.#folder, "data/warehouse.duckdb"), query);
  }

  /** The periods of one person, as `change_type from-to what`; days count from 0. */
  async periods(where: string, what = "coalesce(username, email)"): Promise<string[]> {
    const day = (column: string) =>
      `coalesce(date_diff('day', timestamp '2026-06-01 12:00', ${column})::varchar, 'now')`;
    const rows = await this.rows(
      `select change_type || ' ' || ${day("valid_from")} || '-' || ${day("valid_to")} || ' ' || ${what} as line
       from dim_member where ${where} order by valid_from`,
    );
    return rows.map(({ line }) => String(line));
  }
}

it("who joins, leaves and comes back has periods that say so; nothing changed opens none", async () => {
  const days = await Days.begin();
  await days.read();
  addMember(days.organization, { username: "dora" });
  await days.read();
  removeMember(days.organization, "dora");
  await days.read();
  await days.read();
  addMember(days.organization, { username: "Dora" });
  const report = await days.read();
  expect(report.connections[0]!.streams.members).toMatchObject({ status: "ok", records: 5 });
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
       from dim_member as member join seats using (org, member_key)
       where is_current and status = 'pending_invite' order by member_key`,
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
  expect(await days.rows("select count(*) as n from seats")).toEqual([{ n: 6 }]);
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
  const report = await days.read();
  expect([report.exitCode, report.connections[0]!.streams.members.status]).toEqual([0, "ok"]);
  expect(report.connections[0]!.streams.members.message).toMatch(/invitations could not be read/);
  expect(await days.rows("select username, invited_at, status from seats where seat_type = 'invitee'")).toEqual([
    { username: "finn", invited_at: null, status: "pending_invite" },
  ]);
});

it("Insights values become facts once each and open no period", async () => {
  const days = await Days.begin({ insights: true, plan: "Business" });
  const ann = memberOf(days.organization, "ann");
  Object.assign(ann, {
    last_logged_in_at: "2026-05-20T10:00:00Z",
    last_seen_at: "2026-05-31T11:00:00.5Z",
    last_desktop_version: "4.46.0",
  });
  expect((await days.read()).connections[0]!.streams.members.facts_new).toBe(2);
  expect((await days.read()).connections[0]!.streams.members.facts_new).toBe(0);
  ann.last_seen_at = "2026-06-02T09:00:00Z";
  expect((await days.read()).connections[0]!.streams.members.facts_new).toBe(1);
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
  expect(await days.rows("select has_insights from dim_org")).toEqual([{ has_insights: true }]);
});

it("a snapshot that would close more than 30 % is refused with 4, and taken with --accept-shrink", async () => {
  const days = await Days.begin();
  await days.read();
  removeMember(days.organization, "ann");
  removeMember(days.organization, "bob");
  const refused = await days.read();
  expect([refused.exitCode, refused.status]).toEqual([4, "partial"]);
  const { members, auditlog } = refused.connections[0]!.streams;
  expect([members.status, auditlog.status]).toEqual(["failed", "ok"]);
  expect(members.message).toMatch(/2 of 4 .*--accept-shrink/);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 4 }]);
  expect((await days.read(true)).exitCode).toBe(0);
  expect(await days.rows("select username from dim_member where is_current order by all")).toEqual([
    { username: "boss" },
    { username: "cid" },
  ]);
});

it("one of four who left is below the guard", async () => {
  const days = await Days.begin();
  await days.read();
  removeMember(days.organization, "ann");
  expect((await days.read()).exitCode).toBe(0);
  expect(await days.periods("member_key = 'ann'")).toEqual(["initial 0-1 ann"]);
});
