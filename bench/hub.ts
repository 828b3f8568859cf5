import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ORG } from "./program.ts";

/** What a demo hub holds, and how it answers. */
export interface HubSize {
  readonly org: string;
  readonly events: number;
  readonly pageSize: number;
  /** The end of its history. */
  readonly nowMs: number;
  readonly members: number;
  readonly days: number;
  /** Each reply waits so long. */
  readonly latencyMs: number;
  /** So many requests in so many seconds of the clock. */
  readonly limiter: { readonly requests: number; readonly seconds: number } | null;
}

/** What a hub served. */
export interface HubReport {
  readonly coreSeconds: number;
  readonly requests: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly peakInFlight: number;
  /** From the first request for the audit log to the last reply; only of a hub with a latency or a limiter. */
  readonly readSeconds: number;
  /** How much of what the limiter allowed was used, its first and last stretch of time aside; null where it was never so long. */
  readonly shareOfAllowed: number | null;
}

export interface HubProcess {
  readonly url: string;
  report(): Promise<HubReport>;
  stop(): void;
}

/** Starts a demo hub in a process of its own. */
export async function startHubProcess(size: Partial<HubSize> & Pick<HubSize, "events">): Promise<HubProcess> {
  const usual = { org: ORG, pageSize: 100, nowMs: Date.now(), members: 250, days: 120, latencyMs: 0, limiter: null };
  const child = fork(fileURLToPath(new URL("hub-process.js", import.meta.url)), [
    JSON.stringify({ ...usual, ...size }),
  ]);
  const said = async <T>(): Promise<T> => {
    const ended = once(child, "exit").then(() => Promise.reject(new Error("the hub ended")));
    ended.catch(() => {});
    const [message] = await Promise.race([once(child, "message"), ended]);
    return message as T;
  };
  const { url } = await said<{ url: string }>();
  return {
    url,
    report: () => {
      const report = said<HubReport>();
      child.send("report");
      return report;
    },
    stop: () => void child.kill(),
  };
}
