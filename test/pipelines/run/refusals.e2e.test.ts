import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { addMember, emptyOrganization, type Organization, readScopes } from "../../../demo/organization.ts";
import type { Scenario } from "../../../demo/scenario.ts";
import {
  docktally,
  emptyFolder,
  environmentOf,
  filesBelow,
  filesWith,
  hubOf,
  rowsOf,
  syncHere,
  writeConfig,
} from "../../kit/at-work.ts";

const ORG = "acme";

function acme(parts: Partial<Organization> = {}): Organization {
  const organization = emptyOrganization(ORG, parts);
  addMember(organization, { username: "boss", role: "Owner" });
  return organization;
}

const owner = {
  username: "boss",
  password: "correct horse battery",
  personalTokens: ["dckr_pat_demo-boss"],
  permissions: { members: true, invites: true, auditlogs: true, emails: true },
};
const limited = (missing: string) => [
  { secret: "dckr_oat_demo-acme", label: "x", scopes: readScopes.filter((scope) => scope !== missing) },
];

interface Case {
  readonly organization: Organization;
  readonly connection?: Record<string, string>;
  readonly scenario?: Scenario;
  readonly code: number;
  readonly says: RegExp[];
  readonly streams?: [members: string, auditlog: string];
}

const cases: Record<string, Case> = {
  "a wrong password": {
    organization: acme({ users: [owner] }),
    connection: { identifier: "boss", secret: "wrong horse" },
    code: 3,
    says: [/did not accept "boss"/, /scope-member-read/, /scope-activity-read/, /docs\/setup\.md/],
    streams: ["failed", "failed"],
  },
  "an organization access token that was revoked": {
    organization: acme({ tokens: [] }),
    code: 3,
    says: [/organization access token/, /expired or revoked/],
  },
  "an unknown organization": {
    organization: acme(),
    connection: { org: "acne" },
    code: 3,
    says: [/no organization "acne"/, /https:\/\/hub\.docker\.com\/orgs\/NAME/],
  },
  "a personal namespace": {
    organization: acme({ kind: "personal", users: [owner] }),
    connection: { identifier: "boss", secret: "correct horse battery" },
    code: 3,
    says: [/[Pp]ersonal namespace/, /an organization is needed/],
  },
  "a password where single sign-on is enforced": {
    organization: acme({ users: [owner], ssoEnforced: true }),
    connection: { identifier: "boss", secret: "correct horse battery" },
    code: 3,
    says: [/enforces SSO/, /personal access token/],
  },
  "a locked username": {
    organization: acme(),
    scenario: scenarioOf("429-token"),
    code: 3,
    says: [/locked/, /wait about ten minutes/, /do not retry/],
  },
  "a token without any scope": {
    organization: acme({ tokens: [{ secret: "dckr_oat_demo-acme", label: "x", scopes: [] }] }),
    code: 3,
    says: [/scope-member-read/, /audit_log: off/],
  },
  "a token without the members' scope": {
    organization: acme({ tokens: limited("scope-member-read") }),
    code: 4,
    says: [/Member Read \(scope-member-read\)/],
    streams: ["failed", "ok"],
  },
  "a token without the invitations' scope": {
    organization: acme({ tokens: limited("scope-invite-read") }),
    code: 0,
    says: [/open invitations could not be read/],
    streams: ["ok", "ok"],
  },
  "a token without the audit log's scope": {
    organization: acme({ tokens: limited("scope-activity-read") }),
    code: 4,
    says: [/Audit Log Read \(scope-activity-read\)/],
    streams: ["ok", "unavailable"],
  },
  "a personal access token that the organization refuses": {
    organization: acme({ users: [{ ...owner, tokensRefused: true }] }),
    connection: { identifier: "boss", secret: "dckr_pat_demo-boss" },
    code: 3,
    says: [/personal access tokens are refused by some endpoints/],
  },
  "a plan without an audit log": {
    organization: acme({ auditlog: false }),
    code: 4,
    says: [/Team or Business plan/, /audit_log: off/],
    streams: ["ok", "unavailable"],
  },
  "a server that fails for ever at the audit log": {
    organization: acme(),
    scenario: scenarioOf("500-auditlogs-for-ever"),
    code: 4,
    says: [/audit_log: off/, /try again later/],
    streams: ["ok", "unavailable"],
  },
  "a redirect": {
    organization: acme(),
    scenario: {
      name: "moved",
      before: ({ hub, path, stream }) =>
        stream === "token"
          ? undefined
          : { status: 302, headers: { location: `${hub.otherOrigin}${path}` }, body: "", delivery: "whole" },
    },
    code: 1,
    says: [/[Rr]edirects are refused/],
  },
};

/** These run as a process; the others, whose way is the same, in this one. */
const byProcess = [
  "a wrong password",
  "an unknown organization",
  "a personal namespace",
  "a plan without an audit log",
];

it.each(Object.entries(cases))("%s: the exit code, the object and the next step", async (name, one) => {
  const hub = await hubOf([one.organization], one.scenario ? { scenario: one.scenario } : {});
  const cwd = emptyFolder();
  const { org = ORG, identifier = ORG, secret: word = "dckr_oat_demo-acme" } = one.connection ?? {};
  const more = { [org]: [`identifier: ${identifier}`, `secret: $${"{THE_SECRET}"}`] };
  let said: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON
  let report: any;
  if (byProcess.includes(name)) {
    const env = { ...writeConfig(cwd, hub, [org], more), THE_SECRET: word };
    const { code, stdout, stderr, json } = await docktally(["sync", "--json"], { cwd, env });
    report = { ...json, exitCode: code };
    said = stderr;
    for (const words of one.says) expect(stderr).toMatch(words);
    expect(stdout).not.toContain(word);
  } else {
    report = await syncHere({ folder: cwd, hub, orgs: [org], more, env: { THE_SECRET: word } });
    said = JSON.stringify(report);
  }
  expect(report.exitCode, said).toBe(one.code);
  expect(report.requests).toBe(hub.counts.total);
  expect(hub.requests.filter(({ foreign }) => foreign)).toEqual([]);
  const { members, auditlog } = report.connections[0].streams;
  if (one.streams) expect([members.status, auditlog.status]).toEqual(one.streams);
  expect(report.status).toBe(one.code === 0 ? "ok" : one.code === 4 ? "partial" : "failed");
  for (const words of one.says) expect(`${members.message} ${auditlog.message}`).toMatch(words);
  expect(said).not.toContain(word);
  expect(filesWith(join(cwd, "data"), [word])).toEqual([]);
  if (one.code !== 3) return;
  expect(hub.requests.filter(({ path }) => path.endsWith("/token"))).toHaveLength(1);
  expect(filesBelow(cwd).filter((file) => file.endsWith(".parquet"))).toEqual([]);
});

it.each(["off", "false"])(
  "a plan without an audit log and audit_log: %s ends with 0, without asking for it",
  async (word) => {
    const hub = await hubOf([acme({ auditlog: false })]);
    const cwd = emptyFolder();
    const env = writeConfig(cwd, hub, [ORG], { [ORG]: [`audit_log: ${word}`] });
    const { code, json } = await docktally(["sync", "--json"], { cwd, env });
    expect([code, json.status, json.connections[0].status]).toEqual([0, "ok", "ok"]);
    expect(json.connections[0].streams.auditlog).toMatchObject({ status: "unavailable", records: 0 });
    expect(hub.requests.filter(({ path }) => path.includes("auditlogs"))).toEqual([]);
    expect(await rowsOf(join(cwd, "data/warehouse.duckdb"), "select username, status from seats")).toHaveLength(1);
  },
);

it("a range that is refused loads nothing: 3, the members are not asked", async () => {
  const hub = await hubOf([acme({ auditlog: false })]);
  const cwd = emptyFolder();
  const env = writeConfig(cwd, hub, [ORG]);
  const { code, json } = await docktally(["sync", "--json", "--from", "2026-01-01"], { cwd, env });
  expect([code, json.status, json.connections[0].status]).toEqual([3, "failed", "failed"]);
  expect(hub.requests.filter(({ path }) => path.endsWith("/members"))).toEqual([]);
});

it("one connection of a file that fails does not hurt the other: 4, and its data are there", async () => {
  const other = emptyOrganization("brisk");
  addMember(other, { username: "b1", role: "Owner" });
  const hub = await hubOf([acme(), other]);
  const cwd = emptyFolder();
  const env = writeConfig(cwd, hub, [ORG, "brisk"], { [ORG]: [`secret: $${"{WRONG}"}`] });
  const { code, json, stderr } = await docktally(["sync", "--json"], {
    cwd,
    env: { ...env, WRONG: "dckr_oat_nobody" },
  });
  expect([code, json.status]).toEqual([4, "partial"]);
  expect(json.connections.map(({ status }: { status: string }) => status)).toEqual(["failed", "ok"]);
  expect(stderr).toContain("the-acme, members: failed");
  const seats = await rowsOf(join(cwd, "data/warehouse.duckdb"), "select org, username from seats");
  expect(seats).toEqual([{ org: "brisk", username: "b1" }]);
});

it("`check` tells the same before anything is loaded, and its exit code is that of a sync", async () => {
  const hub = await hubOf([acme({ auditlog: false })]);
  const cwd = emptyFolder();
  const good = environmentOf(hub, ORG);
  const [partial, wrong] = await Promise.all([
    docktally(["check", "--json"], { cwd, env: good }),
    docktally(["check"], { cwd, env: { ...good, DOCKER_HUB_ORG: "acne" } }),
  ]);
  expect([partial.code, partial.json.connections[0].status]).toEqual([4, "partial"]);
  expect(
    partial.json.connections[0].checks.map(({ what, status }: Record<string, string>) => `${what} ${status}`),
  ).toEqual(["login ok", "members ok", "invites ok", "auditlog failed"]);
  expect([wrong.code, wrong.stdout]).toEqual([3, expect.stringMatching(/no organization "acne"/)]);
  expect(filesBelow(cwd)).toEqual([]);
});

it("one connection from the environment, its secret in a file", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  const { DOCKER_HUB_SECRET, ...env } = environmentOf(hub, ORG);
  writeFileSync(join(cwd, "secret.txt"), `${DOCKER_HUB_SECRET}\n`);
  const args = ["sync", "--json", "--quiet", "--data", "elsewhere"];
  const { code, json, stderr } = await docktally(args, { cwd, env: { ...env, DOCKER_HUB_SECRET_FILE: "secret.txt" } });
  expect([code, stderr]).toEqual([0, ""]);
  expect(json.connections[0]).toMatchObject({ name: ORG, org: ORG, status: "ok" });
  expect(filesBelow(join(cwd, "elsewhere")).length).toBeGreaterThan(2);
  expect(filesWith(join(cwd, "elsewhere"), [DOCKER_HUB_SECRET!])).toEqual([]);
});

it("plain http is refused except on loopback, before any request", async () => {
  const env = { ...environmentOf({ url: "http://hub.example" }, ORG) };
  const { code, stdout, stderr } = await docktally(["sync", "--json"], { cwd: emptyFolder(), env });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/DOCKER_HUB_URL.*plain http is refused except on loopback/);
});

it("a configuration that is wrong names the key and the line; a secret in plain is warned about", async () => {
  const hub = await hubOf([acme()]);
  const cwd = emptyFolder();
  writeConfig(cwd, hub, [ORG], { [ORG]: ["secret: dckr_oat_demo-acme", "audit_logs: off"] });
  const wrong = await docktally(["sync", "--json"], { cwd });
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/docktally\.yaml:10.*audit_logs.*audit_log/s);
  writeConfig(cwd, hub, [ORG], { [ORG]: ["secret: dckr_oat_demo-acme"] });
  const plain = await docktally(["sync", "--json"], { cwd });
  expect(plain.code).toBe(0);
  expect(plain.stderr).toMatch(/warning: .*plain text/);
  expect(`${wrong.stderr}${plain.stderr}${plain.stdout}`).not.toContain("dckr_oat_demo-acme");
});
