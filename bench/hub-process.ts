import { setTimeout } from "node:timers/promises";
import { bulkOrganization } from "../demo/bulk.ts";
import { startHub } from "../demo/hub.ts";
import { jsonReply } from "../demo/reply.ts";
import type { Call, Scenario } from "../demo/scenario.ts";
import type { HubReport, HubSize } from "./hub.ts";

/** A demo hub in a process of its own, started by `startHubProcess`: tells its address, and what it served when it is asked. */
const { org, events, pageSize, nowMs, members, days, latencyMs, limiter }: HubSize = JSON.parse(process.argv[2]!);
const organization = bulkOrganization(org, events, { now: new Date(nowMs), days, members });
/** What the limiter let through, by its stretch of time. */
const given = new Map<number, number>();
const reading = { firstMs: 0, lastMs: 0 };
const hub = await startHub({
  organizations: [organization],
  pageSizeLimit: pageSize,
  ...(latencyMs > 0 || limiter ? { scenario: slowed() } : {}),
});
const before = process.cpuUsage();
process.on("message", () => {
  const { user, system } = process.cpuUsage(before);
  const { byStatus, total, peakInFlight } = hub.counts;
  const readSeconds = (reading.lastMs - reading.firstMs) / 1000;
  const report: HubReport = {
    ...{ coreSeconds: (user + system) / 1e6, requests: total, byStatus, peakInFlight, readSeconds },
    shareOfAllowed: shareOfAllowed(),
  };
  process.send!(report);
});
process.once("disconnect", () => process.exit());
process.send!({ url: hub.url });

/** Every reply takes its time, and a limiter gives no more than so many in so many seconds. */
function slowed(): Scenario {
  const takes = limiter === null ? null : limiterOf(limiter);
  const told = new WeakMap<Call, Record<string, string>>();
  return {
    name: "slowed",
    before: async (call) => {
      if (call.stream === "auditlogs") reading.firstMs ||= performance.now();
      const taken = call.stream === "token" ? null : (takes?.() ?? null);
      if (taken) told.set(call, taken.headers);
      await setTimeout(latencyMs);
      return taken?.refusal ?? undefined;
    },
    after: (reply, call) => {
      if (call.stream === "auditlogs" && reply.status === 200) reading.lastMs = performance.now();
      return { ...reply, headers: { ...reply.headers, ...told.get(call) } };
    },
  };
}

/** Its windows begin with the clock's seconds, so that what it tells in whole seconds is exact. */
function limiterOf({ requests, seconds }: NonNullable<HubSize["limiter"]>) {
  let [window, used] = [0, 0];
  return () => {
    const now = Math.floor(Date.now() / 1000 / seconds);
    if (now !== window) [window, used] = [now, 0];
    used++;
    const reset = (window + 1) * seconds;
    const headers = {
      "x-ratelimit-limit": String(requests),
      "x-ratelimit-remaining": String(Math.max(0, requests - used)),
      "x-ratelimit-reset": String(reset),
    };
    const wait = { "retry-after": String(Math.ceil(reset - Date.now() / 1000)) };
    if (used <= requests) given.set(window, used);
    const refusal = used > requests ? jsonReply(429, '{"detail":"Rate limit exceeded","error":false}', wait) : null;
    return { headers, refusal };
  };
}

function shareOfAllowed(): number | null {
  const [first, last] = [Math.min(...given.keys()), Math.max(...given.keys())];
  if (limiter === null || last - first < 2) return null;
  let used = 0;
  for (const [window, count] of given) if (window > first && window < last) used += count;
  return used / ((last - first - 1) * limiter.requests);
}
