import { randomOf } from "./random.ts";
import type { Reply } from "./reply.ts";
import type { Call, Scenario, Stream } from "./scenario.ts";

/**
 * Which requests a fault strikes: those of `streams` (default: members, invites and audit logs), after `skip` of them, at most
 * `times` of them, each with the chance `share` (drawn from `seed`). Without `times` and `share` it strikes them all.
 */
export type Aim = { streams?: readonly Stream[]; skip?: number; times?: number; share?: number; seed?: number };

/** The streams that an extractor collects. */
export const dataStreams: readonly Stream[] = ["members", "invites", "auditlogs"];

/** A test of requests that remembers how many it has seen and struck; `reset` forgets them. */
export function aimed(aim: Aim): { strikes(call: Call): boolean; reset(): void } {
  const { streams = dataStreams, skip = 0, times = Number.POSITIVE_INFINITY, share = 1, seed = 1 } = aim;
  let seen = 0;
  let struck = 0;
  let random = randomOf(`aim/${seed}`);
  return {
    strikes: (call) => {
      if (!streams.includes(call.stream)) return false;
      seen += 1;
      if (seen <= skip || struck >= times || (share < 1 && random() >= share)) return false;
      struck += 1;
      return true;
    },
    reset: () => {
      seen = 0;
      struck = 0;
      random = randomOf(`aim/${seed}`);
    },
  };
}

/** Answers the requests aimed at instead of the hub; an undefined reply lets the hub answer after all. */
export function answering(name: string, aim: Aim, reply: (call: Call) => Reply | undefined): Scenario {
  const { strikes, reset } = aimed(aim);
  return { name, begin: reset, before: (call) => (strikes(call) ? reply(call) : undefined) };
}

/** Changes the hub's successful replies to the requests aimed at. */
export function altering(name: string, aim: Aim, alter: (reply: Reply, call: Call) => Reply): Scenario {
  const { strikes, reset } = aimed(aim);
  return {
    name,
    begin: reset,
    after: (reply, call) => (reply.status === 200 && strikes(call) ? alter(reply, call) : reply),
  };
}
