import { gzipSync } from "node:zlib";
import { randomOf } from "./random.ts";
import { type Delivery, jsonReply, type Reply, websiteReply } from "./reply.ts";
import { combine, type Scenario } from "./scenario.ts";
import { altering, answering, type Target } from "./target.ts";

/** The body of a failure: JSON, a page for people, or nothing. */
export type BodyKind = "json" | "html" | "empty";

/** A failure of the server or of what stands before it. Docker declares no body for 5xx. */
export function failure(status: number, body: BodyKind): Reply {
  if (body === "json") return jsonReply(status, '{"message":"internal server error"}');
  if (body === "html") return websiteReply(status);
  return { status, headers: {}, body: "", delivery: "whole" };
}

/** Answers with a status; by default the first two requests for data. */
export function failing(status: number, body: BodyKind, target: Target = { times: 2 }): Scenario {
  return answering(`${status}-${body}`, target, () => failure(status, body));
}

/** Sends good replies in a bad way; by default the first one for data. */
export function delivering(
  name: string,
  delivery: (bytes: number) => Delivery,
  target: Target = { times: 1 },
): Scenario {
  return altering(name, target, (reply) => ({ ...reply, delivery: delivery(Buffer.byteLength(reply.body)) }));
}

/** Redirects to the hub's other origin, where every request is noted as foreign; by default once. */
export function redirecting(status: number, target: Target = { times: 1 }): Scenario {
  return answering(`redirect-${status}`, target, ({ hub, path, query }) => ({
    status,
    headers: { location: `${hub.otherOrigin}${path}?${query}` },
    body: "",
    delivery: "whole",
  }));
}

function halved(reply: Reply): Reply {
  const body = Buffer.from(reply.body);
  return { ...reply, body: body.subarray(0, Math.floor(body.length / 2)) };
}

function gzipped(reply: Reply): Reply {
  return { ...reply, body: gzipSync(reply.body), headers: { ...reply.headers, "content-encoding": "gzip" } };
}

/** Every reply waits a random time of up to `maximumMs`. */
function slow(maximumMs: number, seed: number): Scenario {
  const random = randomOf(`slow/${seed}`);
  return {
    name: "slow-replies",
    before: () => new Promise((resolve) => setTimeout(() => resolve(undefined), random() * maximumMs)),
  };
}

/** Everything that goes wrong now and then, at once: each request for data has about one chance in five to fail. */
function randomFailures(seed: number): Scenario {
  const now = (share: number, salt: number): Target => ({ share, seed: seed * 100 + salt });
  return {
    ...combine(
      failing(500, "json", now(0.04, 1)),
      failing(502, "html", now(0.04, 2)),
      failing(503, "empty", now(0.04, 3)),
      delivering("reset-before-headers", () => "reset", now(0.03, 4)),
      delivering("reset-in-body", (bytes) => ({ cutAt: bytes >> 1 }), now(0.03, 5)),
      altering("truncated-json", now(0.03, 6), halved),
      altering("gzip", now(0.3, 7), gzipped),
    ),
    name: "bad-weather",
  };
}

const failures = [500, 502, 503, 504].flatMap((status) =>
  (["json", "html", "empty"] as const).map((body) => [`${status}-${body}`, () => failing(status, body)] as const),
);

/** Faults of servers, connections and bodies. */
export const transportFaults: Record<string, (seed?: number) => Scenario> = {
  ...Object.fromEntries(failures),
  "html-404-once": () => answering("html-404-once", { times: 1 }, () => websiteReply()),
  "html-404-invites": () => answering("html-404-invites", { streams: ["invites"] }, () => websiteReply()),
  "html-200-once": () => answering("html-200-once", { times: 1 }, () => websiteReply(200)),
  "reset-before-headers": () => delivering("reset-before-headers", () => "reset", { times: 2 }),
  "reset-in-body": () => delivering("reset-in-body", (bytes) => ({ cutAt: bytes >> 1 })),
  "truncated-json": () => altering("truncated-json", { times: 1 }, halved),
  "silent-request": () => delivering("silent-request", () => "silent"),
  "stalled-body": () => delivering("stalled-body", (bytes) => ({ stallAt: bytes >> 1 })),
  "trickled-body": () =>
    delivering("trickled-body", (bytes) => ({ trickle: { bytes: Math.ceil(bytes / 20), everyMs: 25 } })),
  "slow-replies": (seed = 1) => slow(120, seed),
  gzip: () =>
    altering("gzip", { streams: ["token", "members", "invites", "organization", "auditlogs", "actions"] }, gzipped),
  "redirect-301": () => redirecting(301),
  "redirect-302": () => redirecting(302),
  "redirect-307": () => redirecting(307),
  "bad-weather": (seed = 1) => randomFailures(seed),
};
