import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../extract/hub/limits.ts";
import { type Bench, type Case, count, type Figure, rate, ratio, seconds } from "../case.ts";
import { type HubReport, type HubSize, startHubProcess } from "../hub.ts";
import { runSync, type Synced, writeConfig } from "../program.ts";

const LATENCY_MS = 100;
const PAGE = 100;
const LIMITER = { requests: 60, seconds: 5 };

/** A server that is far away, and one that counts requests. */
export const latency: Case = {
  name: "latency",
  tells: "pages of 100 ms beside pages × latency / concurrency; the share of an allowed rate that is used",
  async run(bench) {
    const pages = bench.isQuick ? 180 : 900;
    const figures = [...(await measureFar(bench, pages)), ...(await measureLimited(bench, pages))];
    const limiter = `${LIMITER.requests} requests in ${LIMITER.seconds} s`;
    return { size: `${pages} pages of ${PAGE} events, ${LATENCY_MS} ms each; limiter: ${limiter}`, figures };
  },
};

async function measureFar(bench: Bench, pages: number): Promise<Figure[]> {
  bench.say("far away");
  const { sync, served } = await syncFrom(bench, "far", { events: pages * PAGE, latencyMs: LATENCY_MS });
  const { concurrency } = DEFAULT_LIMITS;
  const ideal = (pages * LATENCY_MS) / 1000 / concurrency;
  return [
    seconds("far: sync", sync.seconds),
    seconds("far: reading", served.readSeconds),
    seconds(`far: ideal, ${concurrency} at once`, ideal),
    ratio("far: reading beside ideal", served.readSeconds / ideal, "less"),
    count("far: requests", sync.requests),
    count("far: at once, at the most", served.peakInFlight, null),
  ];
}

async function measureLimited(bench: Bench, pages: number): Promise<Figure[]> {
  bench.say("limited");
  const size = { events: pages * PAGE, latencyMs: LATENCY_MS, limiter: LIMITER };
  const { sync, served } = await syncFrom(bench, "limited", size);
  return [
    seconds("limited: reading", served.readSeconds),
    rate("limited: replies", (served.byStatus["200"] ?? 0) / served.readSeconds, "requests/s"),
    ratio("limited: share of the allowed rate", served.shareOfAllowed ?? 0, "more"),
    count("limited: requests", sync.requests),
    count("limited: refused (429)", served.byStatus["429"] ?? 0),
  ];
}

async function syncFrom(
  { folder }: Bench,
  name: string,
  size: Partial<HubSize> & Pick<HubSize, "events">,
): Promise<{ sync: Synced; served: HubReport }> {
  const own = join(folder, name);
  await mkdir(own);
  const hub = await startHubProcess(size);
  try {
    await writeConfig(own, hub.url);
    const sync = await runSync(own);
    if (sync.factsNew !== size.events) throw new Error(`${size.events} events became ${sync.factsNew} facts`);
    return { sync, served: await hub.report() };
  } finally {
    hub.stop();
  }
}
