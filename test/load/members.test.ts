import { expect, it, onTestFinished } from "vitest";
import { scenarioOf } from "../../demo/faults.ts";
import type { Hub as Server } from "../../demo/hub.ts";
import {
  addMember,
  changeRole,
  demoSecret,
  emptyOrganization,
  memberOf,
  type Organization,
  removeMember,
  renameMember,
} from "../../demo/organization.ts";
import { Hub } from "../../extract/hub.ts";
import { DEFAULT_LIMITS } from "../../extract/limits.ts";
import { newRunId, RawStore } from "../../extract/raw-store.ts";
import { buildMarts } from "../../load/marts.ts";
import { mergeRawFiles } from "../../load/merger.ts";
import { migrate } from "../../load/migrate.ts";
import { readRows } from "../../load/read-rows.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse-file.ts";
import { newStream } from "../../pipelines/outcome.ts";
import { readSnapshot } from "../../pipelines/sync-members.ts";
import { emptyFolder, hubOf, type Row } from "../pipelines/at-work.ts";

const ORG = "acme";
const NOON = Date.parse("2026-06-01T12:00:00Z");
const DAY = 86_400_000;

/** An organization whose snapshots are read and merged day after day, without what else a run does. */
class Days {
  readonly organization: Organization;
  readonly #warehouse: WarehouseFile;
  readonly #server: Server;
  readonly #store: RawStore;
  #day = 0;

  static async begin(parts: Partial<Organization> = {}): Promise<Days> {
    const organization = emptyOrganization(ORG, parts);
    for (const username of ["boss", "ann", "bob", "cid"])
      addMember(organization, { username, role: username === "boss" ? "Owner" : "Member", groups: ["core"] });
    const folder = emptyFolder();
    const warehouse = await openWriter(folder);
    onTestFinished(() => warehouse.close());
    await migrate(warehouse, "0.0.0");
    return new Days(organization, await hubOf([organization]), warehouse);
  }

  private constructor(organization: Organization, server: Server, warehouse: WarehouseFile) {
    this.organization = organization;
    this.#server = server;
    this.#warehouse = warehouse;
    this.#store = new RawStore(warehouse.dataDir);
  }

  play(name: string): void {
    this.#server.setScenario(scenarioOf(name));
  }

  async read(acceptShrink = false) {
    const instant = new Date(NOON + this.#day++ * DAY);
    const hub = new Hub({
      url: new URL(this.#server.url),
      identifier: ORG,
      secret: () => demoSecret(ORG),
      userAgent: "docktally/test",
      limits: DEFAULT_LIMITS,
    });
    const report = newStream();
    const task = { hub, org: ORG, rawOrg: ORG, runId: newRunId(instant), instant, acceptShrink, store: this.#store };
    const files = await readSnapshot({ ...task, onProgress: () => {} }, report);
    await hub.close();
    const { counts, refused } = await mergeRawFiles(this.#warehouse, files);
    return { facts: counts.reduce((sum, { facts }) => sum + facts, 0), refused, message: report.message };
  }

  async rows(query: string): Promise<Row[]> {
    const { columns, rows } = await readRows(this.#warehouse.connection, query);
    const small = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, small(row[i])])));
  }

  /** The seats as the marts have them now. */
  async seats(): Promise<Row[]> {
    await buildMarts(this.#warehouse);
    return this.rows("select username, email, seat_type, invited_at, status from seats order by member_key");
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

it("a snapshot that would close more than 30 % is refused, and taken where the operator says so", async () => {
  const days = await Days.begin();
  await days.read();
  removeMember(days.organization, "ann");
  removeMember(days.organization, "bob");
  expect((await days.read()).refused).toMatchObject([{ org: ORG, current: 4, gone: 2 }]);
  expect(await days.rows("select count(*) as n from dim_member where is_current")).toEqual([{ n: 4 }]);
  expect((await days.read(true)).refused).toEqual([]);
  expect(await days.rows("select username from dim_member where is_current order by all")).toEqual([
    { username: "boss" },
    { username: "cid" },
  ]);
});

it("one of four who left is below the guard", async () => {
  const days = await Days.begin();
  await days.read();
  removeMember(days.organization, "ann");
  expect((await days.read()).refused).toEqual([]);
  expect(await days.periods("member_key = 'ann'")).toEqual(["initial 0-1 ann"]);
});
