import { randomOf } from "./random.ts";
import type { Reply } from "./reply.ts";
import type { Call, Scenario, Stream } from "./scenario.ts";

/**
 * Which requests a fault is for: those of `streams` (default: members, invites and audit logs), after `skip` of them, at most
 * `times` of them, each with the chance `share` (drawn from `seed`). Without `times` and `share` it is for them all.
 */
export type Target = { streams?: readonly Stream[]; skip?: number; times?: number; share?: number; seed?: number };

/** The streams that an extractor collects. */
export const dataStreams: readonly Stream[] = ["members", "invites", "auditlogs"];

/** A test of requests that remembers how many it has seen and matched; `reset` forgets them. */
export function targeted(target: Target): { matches(call: Call): boolean; reset(): void } {
  const { streams = dataStreams, skip = 0, times = Number.POSITIVE_INFINITY, share = 1, seed = 1 } = target;
  let seen = 0;
  let matched = 0;
  let random = randomOf(`aim/${seed}`);
  return {
    matches: (call) => {
      if (!streams.includes(call.stream)) return false;
      seen += 1;
      if (seen <= skip || matched >= times || (share < 1 && random() >= share)) return false;
      matched += 1;
      return true;
    },
    reset: () => {
      seen = 0;
      matched = 0;
      random = randomOf(`aim/${seed}`);
    },
  };
}

/** Answers the targeted requests instead of the hub; an undefined reply lets the hub answer after all. */
export function answering(name: string, target: Target, reply: (call: Call) => Reply | undefined): Scenario {
  const { matches, reset } = targeted(target);
  return { name, begin: reset, before: (call) => (matches(call) ? reply(call) : undefined) };
}

/** Changes the hub's successful replies to the targeted requests. */
export function altering(name: string, target: Target, alter: (reply: Reply, call: Call) => Reply): Scenario {
  const { matches, reset } = targeted(target);
  return {
    name,
    begin: reset,
    after: (reply, call) => (reply.status === 200 && matches(call) ? alter(reply, call) : reply),
  };
}
