import { jsonReply, type Reply, refusal } from "./reply.ts";
import type { Scenario, Stream } from "./scenario.ts";
import { answering, type Target, targeted } from "./target.ts";

const limited = '{"detail":"Rate limit exceeded","error":false}';

/** Refuses with 429; by default the second request for data, once. `headers` gets the present time in milliseconds. */
export function limiting(
  name: string,
  headers: (nowMs: number) => Record<string, string>,
  target: Target = { skip: 1, times: 1 },
): Scenario {
  return answering(name, target, ({ hub }) => jsonReply(429, limited, headers(hub.now().getTime())));
}

/** The second after next, so that it lies between one and two seconds ahead. */
const soon = (nowMs: number) => Math.ceil(nowMs / 1000) + 1;

/** Docker's limit against abuse answers in plain text, as users have reported. */
function abuse(): Reply {
  return {
    status: 429,
    headers: { "content-type": "text/plain" },
    body: "Too Many Requests (HAP429).\n",
    delivery: "whole",
  };
}

/** Forbids one stream for good. */
export function forbidding(stream: Stream): Scenario {
  const message = "You don't have permission to perform this action.";
  return answering(`403-${stream}`, { streams: [stream] }, () => refusal(403, message));
}

/** Revokes every token just before the targeted requests, so that they answer 401 until somebody signs in again. */
export function revoking(target: Target = { skip: 2, times: 1 }): Scenario {
  const { matches, reset } = targeted(target);
  return {
    name: "401-mid-run",
    begin: reset,
    before: (call) => {
      if (matches(call)) call.hub.revokeTokens();
      return undefined;
    },
  };
}

/** Faults of credentials, limits and clocks. */
export const accessFaults: Record<string, (seed?: number) => Scenario> = {
  "429-retry-after-seconds": () => limiting("429-retry-after-seconds", () => ({ "retry-after": "1" })),
  "429-retry-after-date": () =>
    limiting("429-retry-after-date", (nowMs) => ({ "retry-after": new Date(soon(nowMs) * 1000).toUTCString() })),
  "429-x-retry-after-epoch": () =>
    limiting("429-x-retry-after-epoch", (nowMs) => ({ "x-retry-after": String(soon(nowMs)) })),
  "429-reset-only": () =>
    limiting("429-reset-only", (nowMs) => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(soon(nowMs)) })),
  "429-bare": () => limiting("429-bare", () => ({})),
  "429-retry-after-a-day": () => limiting("429-retry-after-a-day", () => ({ "retry-after": "86400" })),
  "429-plain-text": () => answering("429-plain-text", { skip: 1, times: 1 }, abuse),
  "429-token": () =>
    answering("429-token", { streams: ["token"], times: 1 }, () =>
      refusal(429, "too many failed login attempts for username or IP address"),
    ),
  "500-token": () => answering("500-token", { streams: ["token"], times: 1 }, () => jsonReply(500, "{}")),
  "token-of-two-seconds": () => ({ name: "token-of-two-seconds", tokenSeconds: 2 }),
  "401-mid-run": () => revoking(),
  "401-for-ever": () => answering("401-for-ever", {}, () => refusal(401, "unauthorized")),
  "403-members": () => forbidding("members"),
  "403-invites": () => forbidding("invites"),
  "403-auditlogs": () => forbidding("auditlogs"),
  "500-auditlogs-for-ever": () =>
    answering("500-auditlogs-for-ever", { streams: ["auditlogs"] }, () =>
      jsonReply(500, '{"message":"internal server error"}'),
    ),
  "clock-ahead": () => ({ name: "clock-ahead", clockSkewMs: 3_600_000 }),
  "clock-behind": () => ({ name: "clock-behind", clockSkewMs: -3_600_000 }),
};
