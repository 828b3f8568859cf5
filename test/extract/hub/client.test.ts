import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { scenarioOf } from "../../../demo/faults.ts";
import { emptyOrganization } from "../../../demo/organization.ts";
import { type Delivery, jsonReply, refusal } from "../../../demo/reply.ts";
import { combine, type Scenario } from "../../../demo/scenario.ts";
import { answering } from "../../../demo/target.ts";
import { delivering } from "../../../demo/transport-faults.ts";
import { parseJson } from "../../../extract/hub/body.ts";
import {
  ForbiddenError,
  InterruptedError,
  LockedError,
  NotFoundError,
  RateLimitedError,
  RedirectError,
  ServerError,
  SsoEnforcedError,
  TransportError,
  UnauthorizedError,
} from "../../../extract/hub/errors.ts";
import { failureOf, type Visit, type VisitOptions, visit } from "../../kit/at-the-hub.ts";

const members = "/v2/orgs/acme/members";
const read = ({ hub }: Visit, path = members) => hub.get(path, { page: 1 }, parseJson);
const at = (options: VisitOptions, act: (visit: Visit) => Promise<void>) =>
  visit(emptyOrganization("acme"), options, act);
const playing = (name: string, options: VisitOptions = {}) => ({ scenario: scenarioOf(name), ...options });
/** Longer than a test may take: where nothing else ends a wait, the test fails. */
const endless = {
  headers_timeout_seconds: 900,
  body_timeout_seconds: 900,
  request_timeout_seconds: 900,
  max_wait_seconds: 900,
};
const delaysOf = ({ events }: Visit) => events.flatMap((event) => (event.kind === "wait" ? [event.delay_ms] : []));
const nobody = { count: 0, previous: null, next: null, results: [] };

describe.concurrent("a login", () => {
  it("is one for many requests at once, and no more run at once than the limit says", () =>
    at({ limits: { concurrency: 3 } }, async (visit) => {
      const replies = await Promise.all(Array.from({ length: 25 }, () => read(visit)));
      expect(replies).toEqual(Array(25).fill(nobody));
      expect([visit.count("/token"), visit.count("/members")]).toEqual([1, 25]);
      expect(visit.server.counts.peakInFlight).toBeLessThanOrEqual(3);
      expect(visit.hub.requests).toBe(26);
    }));

  it("that was refused is sent once, however many wait for it", () =>
    at({ client: { secret: () => "dckr_oat_wrong" }, limits: { concurrency: 2 } }, async (visit) => {
      const failures = await Promise.all(Array.from({ length: 9 }, () => failureOf(read(visit))));
      expect(failures.every((error) => error instanceof UnauthorizedError)).toBe(true);
      expect(await failureOf(visit.hub.login())).toBeInstanceOf(UnauthorizedError);
      expect(visit.server.counts.total).toBe(1);
    }));

  it("of a locked username is not tried again", () =>
    at(playing("429-token"), async (visit) => {
      expect(await failureOf(read(visit))).toBeInstanceOf(LockedError);
      expect(visit.server.counts.total).toBe(1);
    }));

  it("by password where single sign-on is enforced is told apart", () => {
    const permissions = { members: true, invites: true, auditlogs: true, emails: true };
    const organization = emptyOrganization("acme", {
      ssoEnforced: true,
      users: [{ username: "ann", password: "a-long-password", personalTokens: [], permissions }],
    });
    const client = { identifier: "ann", secret: () => "a-long-password" };
    return visit(organization, { client }, async ({ hub, server }) => {
      expect(await failureOf(hub.login())).toBeInstanceOf(SsoEnforcedError);
      expect(server.counts.total).toBe(1);
    });
  });

  it("is tried again after the server failed", () =>
    at(playing("500-token"), async (visit) => {
      expect(await read(visit)).toEqual(nobody);
      expect(visit.count("/token")).toBe(2);
    }));

  it("whose reply holds no token ends as no usable reply", () =>
    at(
      { scenario: answering("odd", { streams: ["token"] }, () => jsonReply(200, "{}")), limits: { attempts: 2 } },
      async (visit) => {
        expect(await failureOf(read(visit))).toBeInstanceOf(TransportError);
        expect(visit.server.counts.total).toBe(2);
      },
    ));
});

describe.concurrent("a bearer", () => {
  it("that is refused in the middle is renewed and the request replayed once", () =>
    at(playing("401-mid-run"), async (visit) => {
      for (let n = 0; n < 5; n++) expect(await read(visit)).toEqual(nobody);
      expect([visit.count("/token"), visit.count("/members")]).toEqual([2, 6]);
    }));

  it("that is refused for many requests at once is renewed once", () =>
    at({ limits: { concurrency: 4 } }, async (visit) => {
      await visit.hub.login();
      visit.server.revokeTokens();
      await Promise.all(Array.from({ length: 12 }, () => read(visit)));
      expect(visit.count("/token")).toBe(2);
    }));

  it("that is refused for ever ends the request after one renewal", () =>
    at(playing("401-for-ever"), async (visit) => {
      expect(await failureOf(read(visit))).toBeInstanceOf(UnauthorizedError);
      expect([visit.count("/token"), visit.count("/members")]).toEqual([2, 2]);
    }));

  it("of two seconds is enough for a long run", () =>
    at(playing("token-of-two-seconds"), async (visit) => {
      const started = performance.now();
      for (let n = 0; n < 9; n++) {
        expect(await Promise.all([read(visit), read(visit)])).toEqual([nobody, nobody]);
        await sleep(400);
      }
      // renewed after four fifths of its life, and a request that came too late is sent once more
      const lives = Math.ceil((performance.now() - started) / 1600);
      expect(visit.count("/token")).toBeGreaterThan(1);
      expect(visit.count("/token")).toBeLessThanOrEqual(lives + 1);
      expect(visit.count("/members")).toBeLessThanOrEqual(2 * 9 + 2 * lives);
    }));
});

describe.concurrent("a failure is tried again", () => {
  it.each([
    ..."500-json 500-empty 502-html 503-empty 504-json reset-before-headers reset-in-body truncated-json".split(" "),
    "html-200-once",
    "429-bare",
    "429-plain-text",
  ])("and then the page is there: %s", (name) =>
    at(playing(name), async (visit) => {
      expect([await read(visit), await read(visit)]).toEqual([nobody, nobody]);
      expect(visit.count("/members")).toBeGreaterThan(2);
      expect(visit.count("/members")).toBeLessThanOrEqual(4);
    }),
  );

  // what is sent would come, if at all, long after the time-out, and a good reply long before
  it.each<[string, Delivery]>([
    ["silent-request", "silent"],
    ["stalled-body", { stallAt: 10 }],
    ["trickled-body", { trickle: { bytes: 1, everyMs: 1000 } }],
  ])("when the server is too slow: %s", (name, delivery) =>
    at(
      { scenario: delivering(name, () => delivery), limits: { request_timeout_seconds: 3, body_timeout_seconds: 20 } },
      async (visit) => {
        expect(await read(visit)).toEqual(nobody);
        expect(visit.count("/members")).toBe(2);
      },
    ),
  );

  it("as often as the limit says, and then it is a server's error", () =>
    at(playing("500-auditlogs-for-ever"), async (visit) => {
      const error = await failureOf(read(visit, "/v2/auditlogs/acme"));
      expect(error).toBeInstanceOf(ServerError);
      expect(error.message).toContain("HTTP 500 after 3 tries (GET http://127.0.0.1");
      expect(visit.count("/auditlogs/acme")).toBe(3);
    }));

  it.each<[string, Scenario]>([
    [
      "resets",
      { name: "resets", after: (reply, { stream }) => (stream === "token" ? reply : { ...reply, delivery: "reset" }) },
    ],
    ["HTML behind 200", answering("html", {}, () => ({ ...jsonReply(200, "<html>"), headers: {} }))],
    ["half a page", answering("half", {}, () => jsonReply(200, '{"count":0,"resul'))],
    ["an unknown encoding", answering("zip", {}, () => jsonReply(200, "{}", { "content-encoding": "compress" }))],
    ["a broken gzip", answering("gzip", {}, () => jsonReply(200, "{}", { "content-encoding": "gzip" }))],
    ["a body beyond the limit", answering("big", {}, () => jsonReply(200, JSON.stringify("x".repeat(9000))))],
  ])("as often as the limit says, and then there was no usable reply: %s", (_, scenario) =>
    at({ scenario, limits: { attempts: 2, body_bytes: 8192 } }, async (visit) => {
      expect(await failureOf(read(visit))).toBeInstanceOf(TransportError);
      expect(visit.count("/members")).toBe(2);
    }),
  );

  it("also when nobody listens", () =>
    at({ client: { url: new URL("http://127.0.0.1:1") }, limits: { attempts: 2 } }, async (visit) => {
      expect(await failureOf(read(visit))).toBeInstanceOf(TransportError);
      expect(visit.hub.requests).toBe(2);
    }));

  it("but not where a second try would change nothing", async () => {
    await at(playing("403-members"), async (visit) => {
      const error = await failureOf(read(visit));
      expect(error).toBeInstanceOf(ForbiddenError);
      expect(error.message).toContain("You don't have permission to perform this action.");
      expect(visit.count("/members")).toBe(1);
    });
    await at(playing("html-404-once"), async (visit) => {
      expect(await failureOf(read(visit))).toBeInstanceOf(NotFoundError);
      expect(visit.count("/members")).toBe(1);
    });
  });
});

describe.concurrent("compressed bodies", () => {
  it("are read", () => at(playing("gzip"), async (visit) => expect(await read(visit)).toEqual(nobody)));

  it("that blow up are not", () =>
    at({ ...playing("gzip"), limits: { attempts: 1, body_bytes: 400 } }, async (visit) => {
      expect(await read(visit)).toEqual(nobody);
      const big = answering("big", {}, () => jsonReply(200, JSON.stringify(" ".repeat(100_000))));
      visit.server.setScenario(combine(big, scenarioOf("gzip")));
      expect((await failureOf(read(visit))).message).toContain("limits.body_bytes");
    }));
});

describe.concurrent("redirects", () => {
  it.each([301, 302, 307])("are refused and the bearer stays at home: %s", (status) =>
    at(playing(`redirect-${status}`), async (visit) => {
      const error = await failureOf(read(visit));
      expect(error).toBeInstanceOf(RedirectError);
      expect(error.message).toContain(visit.server.otherOrigin);
      expect(visit.count("/members")).toBe(1);
    }),
  );
});

describe.concurrent("a rate limit", () => {
  it.each(["429-retry-after-seconds", "429-retry-after-date", "429-x-retry-after-epoch", "429-reset-only"])(
    "is waited for as the server asks, in its dialect and by its clock: %s",
    async (name) => {
      for (const clock of ["clock-ahead", "clock-behind"]) {
        await at({ scenario: combine(scenarioOf(name), scenarioOf(clock)) }, async (visit) => {
          await read(visit);
          const started = performance.now();
          expect(await read(visit)).toEqual(nobody);
          expect(performance.now() - started).toBeGreaterThan(990);
          expect(Math.max(...delaysOf(visit))).toBeLessThan(4900);
          expect(visit.count("/members")).toBe(3);
        });
      }
    },
  );

  it("of a day is not waited for", () =>
    at(playing("429-retry-after-a-day"), async (visit) => {
      await read(visit);
      expect(await failureOf(read(visit))).toBeInstanceOf(RateLimitedError);
      expect(delaysOf(visit)).toEqual([]);
      expect(visit.count("/members")).toBe(2);
    }));

  it("that never ends is given up when max_wait_seconds are over, and then for all requests at once", () => {
    const scenario = answering("429", {}, () => refusal(429, "slow down"));
    return at({ scenario, limits: { max_wait_seconds: 1.2 } }, async (visit) => {
      const started = performance.now();
      expect(await failureOf(read(visit))).toBeInstanceOf(RateLimitedError);
      expect(performance.now() - started).toBeGreaterThan(1190);
      const before = visit.count("/members");
      expect(await failureOf(read(visit))).toBeInstanceOf(RateLimitedError);
      expect(visit.count("/members")).toBe(before + 1);
    });
  });

  it("with Retry-After: 0 is waited for as long as it lasts, however many tries that takes", () => {
    const zero = answering("zero", { times: 14 }, () => jsonReply(429, "{}", { "retry-after": "0" }));
    return at({ scenario: zero, limits: { max_wait_seconds: 900 } }, async (visit) => {
      expect(await read(visit)).toEqual(nobody);
      expect(visit.count("/members")).toBe(15);
    });
  });

  it("is met by some twenty requests a second at the most, however many workers there are", () => {
    const scenario = answering("zero", {}, () => jsonReply(429, "{}", { "retry-after": "0" }));
    return at({ scenario, limits: { concurrency: 40, max_wait_seconds: 3 } }, async (visit) => {
      const first = performance.now();
      await Promise.all(Array.from({ length: 40 }, () => failureOf(read(visit))));
      const seconds = (performance.now() - first) / 1000;
      expect(visit.count("/members") - 40).toBeLessThanOrEqual(seconds * 20 + 1);
    });
  });

  it("that strikes one request pauses all of them", () => {
    const scenario = answering("429", { skip: 1, times: 1 }, () => refusal(429, "")).before!;
    const wait = { "retry-after": "1" };
    const limited: Scenario = {
      name: "429",
      before: async (call) => ((await scenario(call)) ? jsonReply(429, "{}", wait) : undefined),
    };
    return at({ scenario: limited, limits: { concurrency: 1 } }, async (visit) => {
      await read(visit);
      const started = performance.now();
      await Promise.all([read(visit), read(visit), read(visit)]);
      expect(performance.now() - started).toBeGreaterThan(990);
      const [, , struck, next] = visit.server.requests.map((one) => one.at.getTime());
      expect(next! - struck!).toBeGreaterThan(990);
    });
  });

  it("that is announced is never overrun: requests wait until the budget is new", () => {
    const { counted, refused } = budgetOf(3);
    return at({ scenario: counted }, async (visit) => {
      await read(visit);
      await Promise.all(Array.from({ length: 4 }, () => read(visit)));
      expect(refused()).toBe(0);
      expect(visit.events.filter(({ kind }) => kind === "wait").length).toBeGreaterThan(0);
    });
  });

  it("that is announced is never overrun by more workers than it allows requests", () => {
    const { counted, refused, budgets } = budgetOf(7);
    return at({ scenario: counted, limits: { concurrency: 16, max_wait_seconds: 60 } }, async (visit) => {
      await read(visit);
      await Promise.all(Array.from({ length: 20 }, () => read(visit)));
      expect([refused(), budgets.reduce((sum, used) => sum + used)]).toEqual([0, 21]);
    });
  });
});

/** Allows so many requests in a second or two, by the clock's seconds. */
function budgetOf(requests: number): { counted: Scenario; refused: () => number; budgets: number[] } {
  let [until, refused] = [0, 0];
  const budgets: number[] = [];
  const used = () => budgets.at(-1) ?? 0;
  const counted: Scenario = {
    name: "a budget of a second or two",
    before: ({ stream, hub }) => {
      if (stream === "token") return undefined;
      const now = hub.now().getTime();
      if (now >= until) {
        until = Math.ceil(now / 1000) * 1000 + 1000;
        budgets.push(0);
      }
      if (used() < requests) {
        budgets.push(budgets.pop()! + 1);
        return undefined;
      }
      refused++;
      return refusal(429, "overrun");
    },
    after: (reply, { stream }) => {
      if (stream === "token") return reply;
      const left = { "x-ratelimit-remaining": String(requests - used()), "x-ratelimit-reset": String(until / 1000) };
      return { ...reply, headers: { ...reply.headers, ...left } };
    },
  };
  return { counted, refused: () => refused, budgets };
}

describe.concurrent("the clock", () => {
  it.each([
    ["clock-ahead", 3_600_000],
    ["clock-behind", -3_600_000],
  ])("is the server's where they differ: %s", (name, offset) =>
    at(playing(name), async ({ hub }) => {
      await hub.login();
      expect(Math.abs(hub.now().getTime() - Date.now() - offset)).toBeLessThan(60_000);
    }),
  );

  it("is ours where they agree within half a minute", () =>
    at({ server: { now: () => new Date(Date.now() + 20_000) } }, async ({ hub }) => {
      await hub.login();
      expect(Math.abs(hub.now().getTime() - Date.now())).toBeLessThan(15_000);
    }));
});

describe.concurrent("a run that is stopped", () => {
  /** Stops a run when it has sent so many requests and told of so many waits: from there on it would only wait. */
  const stopped = (
    options: VisitOptions,
    where: { readonly requests: number; readonly waits: number },
    prepare: (visit: Visit) => Promise<unknown> = async () => {},
  ) => {
    const stop = new AbortController();
    return at({ ...options, limits: endless, client: { signal: stop.signal } }, async (visit) => {
      await prepare(visit);
      const reading = Promise.all(Array.from({ length: 15 }, () => failureOf(read(visit))));
      const waits = () => visit.events.filter(({ kind }) => kind === "wait").length;
      const isThere = () => visit.server.requests.length === where.requests && waits() >= where.waits;
      await vi.waitFor(() => expect(isThere()).toBe(true), { timeout: 240_000, interval: 20 });
      const before = visit.hub.requests;
      stop.abort();
      expect((await reading).every((error) => error instanceof InterruptedError)).toBe(true);
      // each wait ends with a request
      expect(visit.hub.requests).toBe(before);
    });
  };

  it("ends at once while the server is silent, and sends nothing more", () =>
    stopped({ scenario: { name: "silent", before: () => new Promise(() => {}) } }, { requests: 1, waits: 0 }));

  it("ends at once while a body stalls", () =>
    stopped(
      { scenario: { name: "stalled", after: (reply) => ({ ...reply, delivery: { stallAt: 3 } }) } },
      { requests: 1, waits: 0 },
    ));

  it("ends at once while it waits for a rate limit", () =>
    stopped(
      {
        scenario: answering("429", {}, () => jsonReply(429, "{}", { "retry-after": "600" })),
      },
      { requests: 5, waits: 4 },
    ));

  it("ends at once while it waits for a new budget", () => {
    const reset = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 600) };
    const scenario: Scenario = {
      name: "spent",
      after: (reply) => ({ ...reply, headers: { ...reply.headers, ...reset } }),
    };
    const where = { requests: 1, waits: 4 };
    return stopped({ scenario }, where, ({ hub }) => hub.login());
  });
});
