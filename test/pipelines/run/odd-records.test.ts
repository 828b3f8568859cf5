import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addMember, emptyOrganization, type Organization } from "../../../demo/organization.ts";
import { jsonReply, refusal } from "../../../demo/reply.ts";
import { combine, type Scenario, type Stream } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { rebuild } from "../../../pipelines/run/rebuild.ts";
import { differences, emptyFolder, hubOf, rowsOf, syncHere } from "../../kit/at-work.ts";

const ORG = "acme";
const HOUR = 3_600_000;
const answer = (stream: Stream, body: string): Scenario =>
  answering(stream, { streams: [stream] }, () => jsonReply(200, body));
const members = (...records: string[]) =>
  answer("members", `{"count":${records.length},"results":[${records.join(",")}]}`);
const person = (username: string, more = "") =>
  `{"id":"id-${username}","username":"${username}","email":"${username}@example.com","role":"Member"${more}}`;

function acme(): Organization {
  const organization = emptyOrganization(ORG);
  for (const username of ["boss", "ann", "bob"]) addMember(organization, { username });
  const invite = { id: "i", inviter_username: "boss", org: ORG, team: "core", role: "member" };
  organization.invites.push({ ...invite, invitee: "finn", created_at: "2026-05-30T08:00:00Z" });
  return organization;
}

async function atWork(organization: Organization) {
  const hub = await hubOf([organization]);
  const folder = emptyFolder();
  let hour = 0;
  const begun = Date.now() - 20 * HOUR;
  return {
    sync: (scenario: Scenario) => {
      hub.setScenario(scenario);
      return syncHere({ folder, hub, orgs: [ORG], at: new Date(begun + hour++ * HOUR) });
    },
    rows: (query: string) => rowsOf(join(folder, "data/warehouse.duckdb"), query),
    /** What a rebuild from the raw files makes otherwise. */
    async rebuilt(): Promise<string[]> {
      const [state, before] = [join(folder, "data/warehouse.duckdb"), join(folder, "before.duckdb")];
      copyFileSync(state, before);
      const report = await rebuild(join(folder, "data"), new Date(), new AbortController().signal, () => {});
      expect(report.exitCode).toBe(0);
      return differences(before, state, { relations: ["ops.warnings"] });
    },
  };
}

const quiet: Scenario = { name: "quiet" };

it.each([403, 404, 500])(
  "a night on which /invites answers %i ends with 4, says so and closes nothing",
  async (status) => {
    const { sync, rows, rebuilt } = await atWork(acme());
    expect(await sync(quiet)).toMatchObject({ exitCode: 0 });
    const refused = answering("refused", { streams: ["invites"] }, () => refusal(status, "not tonight"));
    const failed = await sync(refused);
    expect(failed).toMatchObject({ exitCode: 4, status: "partial", connections: [{ status: "partial" }] });
    expect(failed.connections[0]?.streams.members).toMatchObject({
      status: "failed",
      windows: 1,
      message: expect.stringMatching(/invitations could not be read.*not tonight/),
    });
    expect(await sync(quiet)).toMatchObject({ exitCode: 0, connections: [{ status: "ok" }] });
    expect(await rows("select change_type, is_current from dim_member where member_key = 'finn'")).toEqual([
      { change_type: "initial", is_current: true },
    ]);
    expect(await rebuilt()).toEqual([]);
  },
);

it("a token that never had the invitations' scope ends with 0, night for night", async () => {
  const { sync } = await atWork(acme());
  const forbidden = answering("forbidden", { streams: ["invites"] }, () => refusal(403, "no scope"));
  for (let night = 0; night < 2; night++) {
    const report = await sync(forbidden);
    expect(report).toMatchObject({ exitCode: 0, connections: [{ status: "ok" }] });
    expect(report.connections[0]?.streams.members.message).toMatch(/invitations could not be read/);
  }
});

it("odd members, invitations and actions are rejected one by one, counted, and nobody has left who can be told", async () => {
  const { sync, rows, rebuilt } = await atWork(acme());
  await sync(combine(members(person("boss"), person("ann"), person("bob"))));
  const oddMembers = [
    person("ann", String.raw`,"full_name":"\ud800"`),
    "7",
    '{"username":{"a":1},"groups":"core"}',
    person("eve", ',"groups":"core","is_guest":{"a":1}'),
    person("fay", ',"groups":{"a":1},"is_guest":"yes"'),
    '{"id":7,"username":8,"groups":[1,{"name":"ops"},null,["x"]],"is_guest":true}',
  ];
  const oddInvites = [
    String.raw`{"invitee":"finn","team":"\ud800"}`,
    '{"invitee":["x"]}',
    "null",
    '{"invitee":"gil","created_at":5}',
  ];
  const oddActions = String.raw`{"actions":{"scout":{"actions":[{"name":"bad\ud800"},{"name":"good","label":{"a":1}},7,{"name":{"b":1}}]}}}`;
  const odd = combine(
    members(person("boss"), ...oddMembers, person("bob")),
    answer("invites", `{"data":[${oddInvites.join(",")}]}`),
    answer("actions", oddActions),
  );
  const report = await sync(odd);
  expect(report).toMatchObject({ exitCode: 0 });
  expect(report.connections[0]?.streams.members).toMatchObject({ status: "ok", rejected: 6 });
  expect(await rows("select stream, reason, count(*) as n from ops.rejected group by all order by all")).toEqual([
    { stream: "actions", reason: "malformed_json", n: 1 },
    { stream: "actions", reason: "missing_action", n: 2 },
    { stream: "invites", reason: "malformed_json", n: 1 },
    { stream: "invites", reason: "missing_identity", n: 1 },
    { stream: "invites", reason: "not_an_object", n: 1 },
    { stream: "members", reason: "malformed_json", n: 1 },
    { stream: "members", reason: "missing_identity", n: 1 },
    { stream: "members", reason: "not_an_object", n: 1 },
  ]);
  expect(await rows("select payload from ops.rejected where stream = 'members' and reason = 'malformed_json'")).toEqual(
    [{ payload: oddMembers[0] }],
  );
  expect(
    await rows(
      "select member_key, seat_type, array_to_string(teams, '+') as teams from dim_member where is_current order by all",
    ),
  ).toEqual([
    { member_key: "8", seat_type: "guest", teams: "1+ops" },
    { member_key: "ann", seat_type: "member", teams: "" },
    { member_key: "bob", seat_type: "member", teams: "" },
    { member_key: "boss", seat_type: "member", teams: "" },
    { member_key: "eve", seat_type: "member", teams: "core" },
    { member_key: "fay", seat_type: "member", teams: "" },
    { member_key: "finn", seat_type: "invitee", teams: "core" },
    { member_key: "gil", seat_type: "invitee", teams: "" },
  ]);
  expect(await rows("select source_action from dim_action where category = 'scout'")).toEqual([
    { source_action: "scout.good" },
  ]);
  // the same again is nothing new
  expect((await sync(odd)).connections[0]?.streams.members).toMatchObject({ rejected: 0 });
  expect(await rebuilt()).toEqual([]);
});
