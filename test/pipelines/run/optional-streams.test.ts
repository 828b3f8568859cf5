import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { forbidding } from "../../../demo/access-faults.ts";
import { addMember, emptyOrganization, type Organization, readScopes } from "../../../demo/organization.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { loadConfig } from "../../../pipelines/config/config.ts";
import { DEFAULT_STREAMS } from "../../../pipelines/config/streams.ts";
import { checkText } from "../../../pipelines/reports/check-text.ts";
import { staleness } from "../../../pipelines/reports/staleness.ts";
import { probeConnections } from "../../../pipelines/run/probe.ts";
import { emptyFolder, hubOf, syncHere, writeConfig } from "../../kit/at-work.ts";

const NAMES = ["members", "auditlog", "pulls", "groups", "repositories", "tokens"];
const DAY_MS = 86_400_000;

function acme(more: Partial<Organization> = {}): Organization {
  const organization = emptyOrganization("acme", more);
  addMember(organization, { username: "ann", role: "Owner" });
  addMember(organization, { username: "ben" });
  return organization;
}

/** `docktally check` in this process. */
async function checkHere(folder: string, hub: { url: string }, more: readonly string[] = []) {
  const env = writeConfig(folder, hub, ["acme"], { acme: more });
  const config = loadConfig({
    flags: { config: join(folder, "docktally.yaml"), data: join(folder, "data") },
    env,
    readFile: (path) => readFileSync(path, "utf8"),
    needConnections: true,
  });
  const { connections, exitCode, requests } = await probeConnections(config, new AbortController().signal);
  return { ...connections[0]!, exitCode, requests, text: checkText({ connections }) };
}

const stateOf = ({ connections }: Awaited<ReturnType<typeof syncHere>>, stream: string) => {
  const { streams } = connections[0]! as unknown as { streams: Record<string, { status: string; message: string }> };
  return streams[stream]!;
};

it("what is not within reach is no failure, unless it is required or was read and has become old", async () => {
  const folder = emptyFolder();
  const hub = await hubOf([acme()]);
  const how = { folder, hub, orgs: ["acme"] };
  const begin = new Date(Date.now() - 8 * DAY_MS);
  const first = await syncHere({ ...how, at: begin });
  expect(Object.keys(first.connections[0]!.streams)).toEqual(NAMES);
  expect([first.exitCode, stateOf(first, "groups").status]).toEqual([0, "ok"]);
  expect(stateOf(first, "pulls")).toMatchObject({
    status: "unavailable",
    message: expect.stringContaining("enterprise_url"),
  });
  expect(stateOf(first, "tokens").message).toContain("owner");

  hub.setScenario(forbidding("groups"));
  const soon = await syncHere({ ...how, at: new Date(begin.getTime() + DAY_MS) });
  expect([soon.exitCode, stateOf(soon, "groups").status]).toEqual([0, "unavailable"]);
  expect(stateOf(soon, "groups").message).toContain("Group Read");
  const late = await syncHere(how);
  expect([late.exitCode, late.status, stateOf(late, "groups").status]).toEqual([4, "partial", "unavailable"]);
  expect(stateOf(late, "groups").message).toMatch(/read before.*more than 7 days ago/);

  const required = await syncHere({ ...how, more: { acme: ["streams: { groups: off, pulls: required }"] } });
  expect([required.exitCode, stateOf(required, "groups").message]).toEqual([4, expect.stringContaining("groups: off")]);
  expect(stateOf(required, "pulls").message).toContain("requires this stream");
});

it("what is off is not asked for, and what fails otherwise fails the run: 4", async () => {
  const hub = await hubOf([acme()], {
    scenario: answering("500", { streams: ["repositories"] }, () => ({
      ...{ status: 500, headers: {}, body: "{}", delivery: "whole" as const },
    })),
  });
  const off = `streams: { pulls: off, groups: off, repositories: off, tokens: off }`;
  const how = { folder: emptyFolder(), hub, orgs: ["acme"] };
  expect((await syncHere({ ...how, more: { acme: [off, `enterprise_url: "${hub.url}"`] } })).exitCode).toBe(0);
  expect(hub.requests.filter(({ path }) => /groups|namespaces|access-tokens|enterprise/.test(path))).toEqual([]);
  const failed = await syncHere(how);
  expect([failed.exitCode, stateOf(failed, "repositories").status]).toEqual([4, "failed"]);
});

it("check says of each stream whether it is reached, why not, what it would add and what to do", async () => {
  const folder = emptyFolder();
  const organization = acme({ repositories: [] });
  const hub = await hubOf([organization]);
  await syncHere({ folder, hub, orgs: ["acme"] });
  hub.setScenario(forbidding("groups"));
  const { streams, exitCode, checks, text } = await checkHere(folder, hub);
  expect([exitCode, streams.map(({ stream }) => stream)]).toEqual([0, NAMES]);
  expect(checks.map(({ what }) => what)).toEqual(["login", "members", "invites", "auditlog"]);
  const of = (name: string) => streams.find(({ stream }) => stream === name)!;
  const said = (name: string) => Object.values(of(name)).join(" ");
  for (const name of ["pulls", "groups", "tokens"])
    expect(of(name), name).toEqual({
      ...{ stream: name, reachable: false },
      ...{ why: expect.stringMatching(/./), adds: expect.stringMatching(/./), next: expect.stringMatching(/./) },
    });
  expect(said("pulls")).toMatch(/would raise 2 seats from (low to high|none to medium)/);
  expect(said("pulls")).toContain("docktally import pulls");
  expect(said("groups")).toContain("Group Read");
  expect(said("tokens")).toMatch(/password login of an organization owner/);
  expect(of("repositories")).toMatchObject({
    reachable: true,
    why: expect.stringMatching(/private ones are missing without.*Repository List/),
  });
  for (const name of NAMES)
    expect(text.filter((line) => line.startsWith(`  ${name} `)).length, name).toBeGreaterThan(0);
  expect(text.filter((line) => line.length > 80)).toEqual([]);
});

it("check names what pulls need, and the import where the plan is Team", async () => {
  const hub = await hubOf([acme()]);
  const folder = emptyFolder();
  const at = `enterprise_url: "${hub.url}"`;
  const pullsOf = async (...more: string[]) =>
    JSON.stringify((await checkHere(folder, hub, [at, ...more])).streams.find(({ stream }) => stream === "pulls"));
  expect(await pullsOf()).toMatch(/Docker Business and an organization access token with Report Read/);
  expect(await pullsOf("license: { plan: team }")).toMatch(
    /"next":"[^"]*docktally import pulls FILE --connection the-acme/,
  );
});

it.each<[string, Scenario, number]>([
  ["nothing fails", { name: "none" }, 0],
  ["every stream answers 401", failing(401), 3],
  ["every stream answers 403", failing(403), 3],
  [
    "the clock is an hour off, and every stream fails",
    combine({ name: "late", clockSkewMs: 3_600_000 }, failing(500)),
    1,
  ],
])("check sends at most 16 requests where %s", async (_, scenario, code) => {
  const hub = await hubOf([acme({ tokens: [{ secret: "dckr_oat_demo-acme", label: "x", scopes: [...readScopes] }] })], {
    scenario,
  });
  const { exitCode, streams } = await checkHere(emptyFolder(), hub, [`enterprise_url: "${hub.url}"`]);
  expect(hub.requests.length).toBeLessThanOrEqual(16);
  expect([exitCode, streams.length]).toEqual([code, 6]);
});

it("a monitor waits a week for what is optional, as a run does, and for a list that is required no longer than for others", () => {
  const now = new Date();
  const ago = (stream: string, days: number) => ({
    org: "acme",
    stream,
    read_at: new Date(+now - days * DAY_MS).toISOString(),
  });
  const ring = (read: ReturnType<typeof ago>, streams: object = {}) =>
    staleness([read], [{ org: "acme", auditlog: true, streams: { ...DEFAULT_STREAMS, ...streams } }], {
      ...{ ms: 1.5 * DAY_MS, text: "36h", now },
    }) !== null;
  expect([ring(ago("members", 2)), ring(ago("groups", 2)), ring(ago("groups", 8))]).toEqual([true, false, true]);
  expect([ring(ago("groups", 8), { groups: "off" }), ring(ago("groups", 2), { groups: "required" })]).toEqual([
    false,
    true,
  ]);
  expect([ring(ago("pulls", 3), { pulls: "required" }), ring(ago("pulls", 8))]).toEqual([false, true]);
});

function failing(status: number): Scenario {
  return {
    name: String(status),
    before: ({ method }) => (method === "GET" ? { status, headers: {}, body: "{}", delivery: "whole" } : undefined),
  };
}
