import { afterEach, describe, expect, it } from "vitest";
import { bulkOrganization } from "../../demo/bulk.ts";
import { type DemoHub, type DemoHubOptions, startHub } from "../../demo/hub.ts";
import { addMember, demoSecret, emptyOrganization, type Organization } from "../../demo/organization.ts";
import { get, json, login, tokenFor } from "../kit/client.ts";

let hub: DemoHub | undefined;

async function start(organizations: Organization[], options: Partial<DemoHubOptions> = {}): Promise<DemoHub> {
  hub = await startHub({ organizations, ...options });
  return hub;
}

afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

function acme(parts: Partial<Organization> = {}): Organization {
  const organization = emptyOrganization("acme", parts);
  for (let index = 0; index < 7; index += 1) addMember(organization, { username: `user${index}` });
  return organization;
}

const anna = {
  username: "anna",
  password: "a-password",
  personalTokens: ["dckr_pat_demo-anna"],
  permissions: { members: true, invites: false, auditlogs: true, emails: false },
};

describe("the token endpoint", () => {
  it("gives a JWT that expires ten minutes after it was issued", async () => {
    const { url } = await start([acme()]);
    const [, claims = ""] = (await tokenFor(url, "acme")).split(".");
    const { iat, exp } = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(exp - iat).toBe(600);
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(5);
  });

  it("refuses a wrong secret with 401 and an error object", async () => {
    const { url } = await start([acme()]);
    const response = await login(url, "acme", "wrong");
    expect(response.status).toBe(401);
    expect(Object.keys((await response.json()) as object).sort()).toEqual(["detail", "errinfo", "message"]);
  });

  it("locks a name after five refusals, for the right secret as well", async () => {
    const { url } = await start([acme()]);
    for (let attempt = 0; attempt < 5; attempt += 1) await login(url, "acme", "wrong");
    const response = await login(url, "acme", demoSecret("acme"));
    expect(response.status).toBe(429);
    expect(await response.text()).toContain("too many failed login attempts for username or IP address");
  });

  it("refuses a password, but no personal access token, where single sign-on is enforced", async () => {
    const { url } = await start([acme({ ssoEnforced: true, users: [anna] })]);
    expect((await login(url, "anna", "a-password")).status).toBe(401);
    expect((await login(url, "anna", "dckr_pat_demo-anna")).status).toBe(200);
  });

  it("gives tokens that answer 401 when missing, altered, revoked or expired", async () => {
    let now = Date.parse("2026-03-01T00:00:00Z");
    const running = await start([acme()], { now: () => new Date(now) });
    const members = `${running.url}/v2/orgs/acme/members`;
    const token = await tokenFor(running.url, "acme");
    expect((await fetch(members)).status).toBe(401);
    expect((await get(members, `${token}x`)).status).toBe(401);
    expect((await get(members, token)).status).toBe(200);
    now += 600_000;
    expect((await get(members, token)).status).toBe(401);
    const later = await tokenFor(running.url, "acme");
    running.revokeTokens();
    expect((await get(members, later)).status).toBe(401);
  });
});

describe("permissions", () => {
  it("answer 403 for the one stream whose scope a token lacks", async () => {
    const tokens = [{ secret: demoSecret("acme"), label: "old", scopes: ["scope-member-read"] }];
    const { url } = await start([acme({ tokens })]);
    const token = await tokenFor(url, "acme");
    expect((await get(`${url}/v2/orgs/acme/members`, token)).status).toBe(200);
    for (const path of ["orgs/acme/invites", "auditlogs/acme", "auditlogs/acme/actions"]) {
      const response = await get(`${url}/v2/${path}`, token);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ message: expect.any(String), errinfo: {} });
    }
  });

  it("keep e-mail addresses from a person who is not privileged", async () => {
    const { url } = await start([acme({ users: [anna] })]);
    const token = await tokenFor(url, "anna", "a-password");
    const { results } = await json(`${url}/v2/orgs/acme/members`, token);
    expect(results[0]).not.toHaveProperty("email");
    expect((await get(`${url}/v2/orgs/acme/invites`, token)).status).toBe(403);
  });

  it("can refuse personal access tokens with Docker's message", async () => {
    const { url } = await start([acme({ users: [{ ...anna, tokensRefused: true }] })]);
    const token = await tokenFor(url, "anna", "dckr_pat_demo-anna");
    const response = await get(`${url}/v2/auditlogs/acme`, token);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("token issued from personal access token is not allowed");
  });
});

describe("every endpoint", () => {
  it("answers a wrong path with a page of the website", async () => {
    const { url } = await start([acme()]);
    const response = await get(`${url}/v2/auditlog/acme`, await tokenFor(url, "acme"));
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain("text/html");
  });

  it("answers an unknown organization with 404 and JSON", async () => {
    const { url } = await start([acme()]);
    const token = await tokenFor(url, "acme");
    for (const path of ["orgs/nobody/members", "orgs/nobody", "auditlogs/nobody"]) {
      const response = await get(`${url}/v2/${path}`, token);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errinfo: {} });
    }
  });

  it("answers a personal namespace with 404 for members and a lasting 500 for the audit log", async () => {
    const { url } = await start([acme({ kind: "personal" })]);
    const token = await tokenFor(url, "acme");
    expect((await get(`${url}/v2/orgs/acme/members`, token)).status).toBe(404);
    const response = await get(`${url}/v2/auditlogs/acme`, token);
    expect([response.status, await response.json()]).toEqual([500, { message: "internal server error" }]);
  });

  it("answers 403 for the audit log of a plan without one", async () => {
    const { url } = await start([acme({ auditlog: false })]);
    expect((await get(`${url}/v2/auditlogs/acme`, await tokenFor(url, "acme"))).status).toBe(403);
  });

  it("answers 405 to anything but GET and the token POST", async () => {
    const { url } = await start([acme()]);
    expect((await fetch(`${url}/v2/orgs/acme/members`, { method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${url}/v2/auth/token`)).status).toBe(405);
  });

  it("announces the limit with every success and refuses with Retry-After beyond it", async () => {
    const { url } = await start([acme()], { rateLimit: { perMinute: 2 } });
    const token = await tokenFor(url, "acme");
    const first = await get(`${url}/v2/orgs/acme`, token);
    expect(first.headers.get("x-ratelimit-limit")).toBe("2");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("1");
    expect(Number(first.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    await get(`${url}/v2/orgs/acme`, token);
    const third = await get(`${url}/v2/orgs/acme`, token);
    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(50);
    expect(await third.json()).toEqual({ detail: "Rate limit exceeded", error: false });
  });

  it("is counted, with whether a credential came along and never the credential", async () => {
    const running = await start([acme()]);
    const token = await tokenFor(running.url, "acme");
    await get(`${running.url}/v2/orgs/acme/members?page=1`, token);
    expect(running.counts).toMatchObject({ total: 2, byPath: { "/v2/orgs/acme/members": 1 }, peakInFlight: 1 });
    expect(running.requests[1]).toMatchObject({ method: "GET", query: "page=1", status: 200, authorized: true });
    expect(JSON.stringify(running.requests)).not.toContain(token);
  });

  it("serves a hundred thousand events in a few seconds of work", async () => {
    const { url } = await start([bulkOrganization("acme", 100_000)], { pageSizeLimit: 1000 });
    const token = await tokenFor(url, "acme");
    const started = process.cpuUsage();
    let bytes = 0;
    for (let page = 1; page <= 100; page += 1) {
      bytes += (await (await get(`${url}/v2/auditlogs/acme?page_size=1000&page=${page}`, token)).arrayBuffer())
        .byteLength;
    }
    expect(bytes / 100_000).toBeGreaterThan(280);
    expect(bytes / 100_000).toBeLessThan(400);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(8);
  });
});
