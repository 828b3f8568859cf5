import { describe, expect, it } from "vitest";
import { scenarioOf, scenarios } from "../../demo/faults.ts";
import { combine } from "../../demo/scenario.ts";
import { get, json, tokenFor } from "../kit/client.ts";
import { hub, log, members, suffer, token } from "../kit/misbehaving.ts";

describe("a failing server", () => {
  for (const status of [500, 502, 503, 504]) {
    it.each([
      ["json", "application/json", /^\{/],
      ["html", "text/html", /^<!DOCTYPE/],
      ["empty", "", /^$/],
    ])(`answers ${status} with %s twice and then the page`, async (dialect, type, body) => {
      await suffer(`${status}-${dialect}`);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const response = await get(members(), token);
        expect(response.status).toBe(status);
        expect(response.headers.get("content-type") ?? "").toContain(type);
        expect(await response.text()).toMatch(body);
      }
      expect((await get(members(), token)).status).toBe(200);
    });
  }

  it("can answer a page of HTML with 404 and even with 200", async () => {
    await suffer(combine(scenarioOf("html-404-once"), scenarioOf("html-200-once")));
    const texts = [await get(members(), token), await get(members(), token), await get(members(), token)];
    expect(texts.map((one) => one.status)).toEqual([404, 200, 200]);
    expect(await texts[1]!.text()).toContain("<html");
  });

  it("fails at random the same way for the same seed", async () => {
    const statuses = async (seed: number) => {
      await suffer(scenarioOf("bad-weather", seed));
      const seen: string[] = [];
      for (let nth = 0; nth < 60; nth += 1) {
        const text = get(members(), token).then(async (one) => `${one.status} ${(await one.text()).length}`);
        seen.push(await text.catch(() => "broken"));
      }
      await hub.close();
      return seen;
    };
    const first = await statuses(7);
    expect(new Set(first).size).toBeGreaterThan(3);
    expect((await statuses(7)).map((one) => one.slice(0, 3))).toEqual(first.map((one) => one.slice(0, 3)));
  });
});

describe("a broken connection", () => {
  it("is reset before the headers", async () => {
    await suffer("reset-before-headers");
    await expect(get(members(), token)).rejects.toThrow();
  });

  it("is cut inside the body", async () => {
    await suffer("reset-in-body");
    const response = await get(members(), token);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it("delivers half of a JSON text as if it were whole", async () => {
    await suffer("truncated-json");
    const response = await get(members(), token);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it.each(["stalled-body", "silent-request"])("never ends: %s", async (name) => {
    await suffer(name);
    const slow = get(members(), token, AbortSignal.timeout(300)).then((response) => response.text());
    await expect(slow).rejects.toThrow(/aborted|timeout/i);
  });

  it("trickles, but ends", async () => {
    await suffer("trickled-body");
    const startedMs = Date.now();
    expect(await json(members(), token)).toMatchObject({ count: 9 });
    expect(Date.now() - startedMs).toBeGreaterThan(300);
  });

  it("carries gzip", async () => {
    await suffer("gzip");
    const response = await get(members(), token);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.json()).toMatchObject({ count: 9 });
  });

  it.each([301, 302, 307])("is redirected with %i to another origin, which notes what it was given", async (status) => {
    await suffer(`redirect-${status}`);
    const response = await get(`${members()}?page=1`, token);
    expect(response.status).toBe(status);
    const location = response.headers.get("location") ?? "";
    expect(new URL(location).origin).toBe(hub.otherOrigin);
    expect((await fetch(location)).status).toBe(401);
    expect(hub.requests.at(-1)).toMatchObject({ foreign: true, authorized: false });
  });
});

describe("a limit", () => {
  const soon = (value: string | null) => Number(value) - Date.now() / 1000;
  it.each<[string, (headers: Headers) => boolean]>([
    ["429-retry-after-seconds", (headers) => headers.get("retry-after") === "1"],
    ["429-retry-after-date", (headers) => Math.abs(Date.parse(headers.get("retry-after") ?? "") - Date.now()) < 3000],
    ["429-x-retry-after-epoch", (headers) => Math.abs(soon(headers.get("x-retry-after"))) < 3],
    ["429-reset-only", (headers) => Math.abs(soon(headers.get("x-ratelimit-reset"))) < 3],
    ["429-retry-after-a-day", (headers) => headers.get("retry-after") === "86400"],
    ["429-bare", (headers) => headers.get("retry-after") === null],
    ["429-plain-text", (headers) => headers.get("content-type") === "text/plain"],
  ])("speaks the dialect %s once, at the second request", async (name, check) => {
    await suffer(name);
    const replies = [await get(log(), token), await get(log(), token), await get(log(), token)];
    expect(replies.map((reply) => reply.status)).toEqual([200, 429, 200]);
    expect(check(replies[1]!.headers)).toBe(true);
    expect(await replies[1]!.text()).toMatch(
      /^(\{"detail":"Rate limit exceeded","error":false\}|Too Many Requests \(HAP429\)\.\n)$/,
    );
  });
});

describe("a credential", () => {
  it("can live for two seconds only", async () => {
    await suffer("token-of-two-seconds");
    const { exp, iat } = JSON.parse(
      Buffer.from((await tokenFor(hub.url, "acme")).split(".")[1] ?? "", "base64url").toString(),
    );
    expect(exp - iat).toBe(2);
  });

  it("is revoked in mid-run, and a new one works", async () => {
    await suffer("401-mid-run");
    const statuses = [
      await get(log(), token),
      await get(log(), token),
      await get(log(), token),
      await get(log(), token),
    ];
    expect(statuses.map((reply) => reply.status)).toEqual([200, 200, 401, 401]);
    expect((await get(log(), await tokenFor(hub.url, "acme"))).status).toBe(200);
  });

  it.each(["members", "invites", "auditlogs"])("is forbidden %s and nothing else", async (stream) => {
    await suffer(`403-${stream}`);
    const replies = { members: members(), invites: `${hub.url}/v2/orgs/acme/invites`, auditlogs: log() };
    for (const [name, url] of Object.entries(replies))
      expect((await get(url, token)).status).toBe(name === stream ? 403 : 200);
  });

  it("meets an audit log that fails for good", async () => {
    await suffer("500-auditlogs-for-ever");
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await get(log(), token)).status).toBe(500);
  });

  it.each([
    ["clock-ahead", 3600],
    ["clock-behind", -3600],
  ])("%s: date, token and reset are off by an hour", async (name, seconds) => {
    await suffer(name);
    const from = Date.now() / 1000 + seconds;
    const later = await tokenFor(hub.url, "acme");
    const reply = await get(members(), later);
    const { iat } = JSON.parse(Buffer.from(later.split(".")[1] ?? "", "base64url").toString());
    const to = Date.now() / 1000 + seconds;
    const isWithin = (value: number, more = 0) => value >= from - 2 && value <= to + 2 + more;
    expect(reply.status).toBe(200);
    expect(isWithin(iat)).toBe(true);
    expect(isWithin(Date.parse(reply.headers.get("date") ?? "") / 1000)).toBe(true);
    expect(isWithin(Number(reply.headers.get("x-ratelimit-reset")), 60)).toBe(true);
  });
});

it("every scenario bears its own name, and a patient reader ends with the log unless it is lasting", async () => {
  const lasting = new Map([
    ["401-for-ever", 401],
    ["500-auditlogs-for-ever", 500],
    ["403-auditlogs", 403],
  ]);
  for (const name of Object.keys(scenarios)) {
    await suffer(name);
    expect(scenarioOf(name).name).toBe(name);
    const statuses: number[] = [];
    let bearer = token;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const isStuck = attempt === 0 && ["silent-request", "stalled-body"].includes(name);
      const signal = isStuck ? AbortSignal.timeout(100) : undefined;
      const reply = await get(log(), bearer, signal).catch(() => undefined);
      await reply?.text().catch(() => "");
      statuses.push(reply?.status ?? 0);
      if (reply?.status === 401) bearer = await tokenFor(hub.url, "acme");
    }
    expect([name, statuses.includes(lasting.get(name) ?? 200)]).toEqual([name, true]);
    await hub.close();
  }
});
