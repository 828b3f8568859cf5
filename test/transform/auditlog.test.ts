import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { actionNames } from "../../demo/actions.ts";
import { type DemoHub, startHub } from "../../demo/hub.ts";
import { addEvent, addMember, emptyOrganization, type Organization } from "../../demo/organization.ts";
import { rewriting } from "../../demo/record-faults.ts";
import type { SyncReport } from "../../pipelines/run/sync.ts";
import { emptyFolder, hubOf, type Row, rowsOf, syncHere } from "../kit/at-work.ts";

const ORG = "acme";
const HOUR = 3_600_000;
const now = Date.now();
let minute = 0;
type Draft = Partial<Parameters<typeof addEvent>[1]>;

function event(organization: Organization, draft: Draft): void {
  const atMs = now - 10 * HOUR + ++minute * 1000;
  addEvent(organization, { action: "repo.tag.push", name: `${ORG}/app`, actor: "ann", atMs, data: {}, ...draft });
}

let folder: string;
let hub: DemoHub;
let report: SyncReport;
const rows = (query: string): Promise<Row[]> => rowsOf(join(folder, "data/warehouse.duckdb"), query);

const aliases: Record<string, string> = {
  "repo.tag.push": "repo.push",
  "org.team.member.add": "team.member.add",
  "org.team.member.remove": "team.member.remove",
  "team.member.add": "team.member.add",
  "team.member.remove": "team.member.remove",
  "org.member.removed": "org.member.remove",
  "org.member.add": "org.member.add",
  "repo.push": "repo.push",
  "repo.pull": "repo.pull",
  "auth.login": "auth.login",
  "repo.create": "repo.create",
  "repo.delete": "repo.delete",
};
const unknown = { "scout.policy.evaluate": "scout", nodots: "nodots", "REPO.TAG.PUSH": "REPO" };

/** Events that show something, each told by its description. */
const telling: Record<string, Draft> = {
  "by hand": { actor: "Ann" },
  "by token": { actor: 'ann - access token "CI"' },
  "by token with odd label": { actor: 'ann - access token "a "quoted" label"' },
  "by token in data": { actor: "ann", data: { access_token_id: "x", access_token_label: "nightly" } },
  "by organization token": { actor: "Acme" },
  "by support": { actor: "dockersupport" },
  "by former": { actor: "gone" },
  "by invitee": { actor: "finn" },
  "by nobody known": { actor: "stranger" },
  "by nobody": { actor: "" },
  "subject from username": { action: "org.member.add", name: ORG, data: { username: "Eve", member: "x" } },
  "subject from member": { action: "org.member.remove", name: ORG, data: { member: "Eve" } },
  "subject from invitee": { action: "org.member.invite.send", name: ORG, data: { invitee: "eve@example.com" } },
  "subject from name": { action: "org.team.member.add", name: "Eve" },
  "subject not the org": { action: "org.member.add", name: "ACME" },
  "subject not a path": { action: "org.team.member.add", name: `${ORG}/core` },
  "no subject of a push": { data: { username: "eve", tag: "1.0", digest: "sha256:1" } },
};

/** Records that cannot become facts, by the reason. */
const rejected: Record<string, Draft> = {
  missing_action: { action: "" },
  missing_timestamp: { timestamp: "" },
  unreadable_timestamp: { timestamp: "yesterday at noon" },
  implausible_timestamp: { timestamp: "1999-12-31T23:59:59Z" },
  timestamp_in_the_future: { timestamp: new Date(now + 3 * 24 * HOUR).toISOString() },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "docktally-test-"));
  const organization = emptyOrganization(ORG);
  for (const username of ["boss", "Ann", "b1", "b2", "gone"]) addMember(organization, { username });
  hub = await startHub({ organizations: [organization] });
  await syncHere({ folder, hub, orgs: [ORG], at: new Date(now - HOUR) });
  organization.members.pop();
  organization.invites.push({
    id: "i",
    inviter_username: "boss",
    invitee: "finn",
    org: ORG,
    team: "",
    role: "member",
    created_at: new Date(now - HOUR).toISOString(),
  });
  for (const action of [...actionNames, ...Object.keys(aliases), ...Object.keys(unknown)])
    event(organization, { action, description: "an action" });
  for (const [description, draft] of Object.entries({ ...telling, ...rejected }))
    event(organization, { description, ...draft });
  for (let n = 0; n < 2; n++) event(organization, { atMs: now - 9 * HOUR, data: { tag: "twin" }, description: "twin" });
  report = await syncHere({ folder, hub, orgs: [ORG], at: new Date(now) });
});

afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

it("every action that Docker lists is known and keeps or gets its canonical name; aliases meet", async () => {
  expect(actionNames).toHaveLength(75);
  const found = await rows(
    "select distinct source_action, action, category from fct_usage where description = 'an action'",
  );
  const canonical = new Map(found.map((row) => [row.source_action, row]));
  for (const action of actionNames) {
    const name = aliases[action] ?? action.replace(/^org\.team\./, "team.");
    expect(canonical.get(action)).toEqual({ source_action: action, action: name, category: name.split(".")[0] });
  }
  for (const [alias, name] of Object.entries(aliases)) expect(canonical.get(alias)?.action).toBe(name);
  expect(
    await rows(
      `select count(*) as n from dim_action where is_known and source_action in ('${actionNames.join("', '")}')`,
    ),
  ).toEqual([{ n: 75 }]);
});

it("an unknown action passes with its own name and the category of its first word, and is counted", async () => {
  const found = await rows(
    "select source_action, action, category, facts from unmapped_actions order by source_action",
  );
  const wanted = Object.entries(unknown).map(([name, category]) => ({
    source_action: name,
    action: name,
    category,
    facts: 1,
  }));
  expect(found).toEqual(wanted.sort((a, b) => (a.source_action < b.source_action ? -1 : 1)));
});

it("actor, kind, token and subject are what the event says of them", async () => {
  const found = await rows(
    `select description, concat_ws(' | ', coalesce(actor, '-'), actor_kind, via_token, coalesce(token_label, '-'), coalesce(subject, '-')) as told
     from fct_usage where description like 'by %' or description like '%subject%'`,
  );
  expect(Object.fromEntries(found.map(({ description, told }) => [description, told]))).toEqual({
    "by hand": "ann | member | false | - | -",
    "by token": "ann | member | true | CI | -",
    "by token with odd label": 'ann | member | true | a "quoted" label | -',
    "by token in data": "ann | member | true | nightly | -",
    "by organization token": "acme | org_token | false | - | -",
    "by support": "dockersupport | docker_support | false | - | -",
    "by former": "gone | former_member | false | - | -",
    "by invitee": "finn | invitee | false | - | -",
    "by nobody known": "stranger | unknown | false | - | -",
    "by nobody": "- | unknown | false | - | -",
    "subject from username": "ann | member | false | - | eve",
    "subject from member": "ann | member | false | - | eve",
    "subject from invitee": "ann | member | false | - | eve@example.com",
    "subject from name": "ann | member | false | - | eve",
    "subject not the org": "ann | member | false | - | -",
    "subject not a path": "ann | member | false | - | -",
    "no subject of a push": "ann | member | false | - | -",
  });
  expect(
    await rows(
      "select resource, tag, digest, quantity, source from fct_usage where description = 'no subject of a push'",
    ),
  ).toEqual([{ resource: "acme/app", tag: "1.0", digest: "sha256:1", quantity: 1, source: "auditlog" }]);
});

it("a record that cannot become a fact is kept with reason and payload, counted, and changes no exit code", async () => {
  const found = await rows("select org, stream, reason, payload from ops.rejected order by reason");
  expect(found.map(({ reason }) => reason)).toEqual(Object.keys(rejected).sort());
  for (const { org, stream, reason, payload } of found) {
    expect([org, stream]).toEqual([ORG, "auditlog"]);
    expect(JSON.parse(String(payload)).action_description).toBe(reason);
  }
  const { auditlog } = report.connections[0]!.streams;
  expect([report.exitCode, report.status, auditlog.status]).toEqual([0, "ok", "ok"]);
  expect([auditlog.rejected, auditlog.records - auditlog.rejected]).toEqual([5, auditlog.facts_new]);
});

it("two truly identical events stay two", async () => {
  const twins = await rows(
    "select count(*) as n, count(distinct fact_id) as ids from fct_usage where description = 'twin'",
  );
  expect(twins).toEqual([{ n: 2, ids: 2 }]);
});

it("read again, with events that came late, nothing is there twice and the late ones are found", async () => {
  const [organization] = hub.organizations;
  event(organization!, { atMs: now - 40 * HOUR, description: "late" });
  event(organization!, { atMs: now - 9 * HOUR, data: { tag: "twin" }, description: "twin" });
  const next = await syncHere({ folder, hub, orgs: [ORG], at: new Date(now + 1000) });
  const { auditlog } = next.connections[0]!.streams;
  expect([auditlog.facts_new, auditlog.rejected, next.exitCode]).toEqual([2, 0, 0]);
  expect(await rows("select count(*) as n from fct_usage where description = 'late'")).toEqual([{ n: 1 }]);
  expect(await rows("select count(*) as n from fct_usage where description = 'twin'")).toEqual([{ n: 3 }]);
  expect(await rows("select count(*) as n from ops.rejected")).toEqual([{ n: 5 }]);
});

it("seconds or fractions, any offset: the instant is kept as UTC", async () => {
  const organization = emptyOrganization("times");
  const stamps = [
    "2026-05-04T03:02:01Z",
    "2026-05-04T03:02:02.123456Z",
    "2026-05-04T05:02:03+02:00",
    "2026-05-03T20:02:04.5-07:00",
  ];
  stamps.forEach((timestamp, n) => {
    const atMs = Date.parse(timestamp);
    addEvent(organization, { action: "repo.create", name: "times/x", actor: "a", atMs, timestamp, eventId: `t${n}` });
  });
  const there = emptyFolder();
  await syncHere({ folder: there, hub: await hubOf([organization]), orgs: ["times"] });
  const found = await rowsOf(
    join(there, "data/warehouse.duckdb"),
    "select occurred_at::varchar as at from fct_usage order by 1",
  );
  expect(found.map(({ at }) => at)).toEqual([
    "2026-05-04 03:02:01",
    "2026-05-04 03:02:02.123456",
    "2026-05-04 03:02:03",
    "2026-05-04 03:02:04.5",
  ]);
});

it("without an event_id, the same data in another order of keys is the same event", async () => {
  const organization = emptyOrganization(ORG);
  event(organization, { data: { tag: "1.0", digest: "sha256:2" }, description: "once" });
  let isTurned = false;
  const turned = rewriting("keys in another order", (text) => {
    const { event_id: _, data, ...rest } = JSON.parse(text);
    const entries = Object.entries({ ...data, nested: isTurned ? { b: 1, a: [2, 3] } : { a: [2, 3], b: 1 } });
    return JSON.stringify({ ...rest, data: Object.fromEntries(isTurned ? entries.reverse() : entries) });
  });
  const here = { folder: emptyFolder(), hub: await hubOf([organization], { scenario: turned }), orgs: [ORG] };
  await syncHere(here);
  isTurned = true;
  const again = await syncHere(here);
  expect(again.connections[0]?.streams.auditlog).toMatchObject({ facts_new: 0, records: 1 });
});
