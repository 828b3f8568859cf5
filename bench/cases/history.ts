import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, type Case, clockRatio, coreSeconds, type Figure, megabytes, ratio, seconds } from "../case.ts";
import { startHubProcess } from "../hub.ts";
import { ORG, runProgram, runScript, runSync, type Synced, writeConfig } from "../program.ts";

const DAY_MS = 86_400_000;
const MEMBERS = 5000;

/** Whether a night costs the same however much came before it. */
export const history: Case = {
  name: "history",
  tells: "a night of 100 000 events on 1, 10 and 50 million facts, then the seat report of 5 000 members",
  async run(bench) {
    const sizes = bench.isQuick ? [100_000, 1_000_000] : [1_000_000, 10_000_000, 50_000_000];
    const night = bench.isQuick ? 10_000 : 100_000;
    const figures: Figure[] = [];
    let first: Synced | null = null;
    for (const facts of sizes) {
      const { sync, report } = await measureNight(bench, facts, night);
      first ??= sync;
      const name = `${facts.toLocaleString("en")} facts`;
      figures.push(
        seconds(`${name}: night`, sync.seconds),
        coreSeconds(`${name}: night, cores`, sync.coreSeconds),
        megabytes(`${name}: night, peak memory`, sync.peakMb),
        seconds(`${name}: seat report`, report.seconds),
        coreSeconds(`${name}: seat report, cores`, report.coreSeconds),
        megabytes(`${name}: seat report, peak memory`, report.peakMb),
      );
      if (sync === first) continue;
      const beside = `${name}: night beside that on ${sizes[0]!.toLocaleString("en")}`;
      figures.push(
        clockRatio(beside, sync.seconds / first.seconds, "less"),
        ratio(`${beside}, cores`, sync.coreSeconds / first.coreSeconds, "less"),
      );
    }
    return { size: `nights of ${night.toLocaleString("en")} events, ${MEMBERS} members`, figures };
  },
};

async function measureNight({ folder, say }: Bench, facts: number, night: number) {
  const own = join(folder, String(facts));
  await mkdir(own);
  const nowMs = Date.now();
  const hub = await startHubProcess({ events: night, members: MEMBERS, days: 1, nowMs });
  try {
    say(`making ${facts.toLocaleString("en")} facts`);
    const made = { org: ORG, facts, night, members: MEMBERS, until: new Date(nowMs - DAY_MS) };
    await runScript("history-process.js", join(own, "data"), JSON.stringify(made));
    // no look-back: what it would read again is known to the warehouse only
    await writeConfig(own, hub.url, { lookback_hours: 0.001 });
    say(`a night on ${facts.toLocaleString("en")} facts`);
    const sync = await runSync(own);
    if (sync.factsNew !== night) throw new Error(`${night} events became ${sync.factsNew} facts`);
    const report = await runProgram(own, "report", "licenses", "--format", "csv");
    const lines = report.stdout.trim().split("\n").length - 1;
    if (lines !== MEMBERS) throw new Error(`the report has ${lines} seats of ${MEMBERS}`);
    return { sync, report };
  } finally {
    hub.stop();
    await rm(own, { recursive: true, force: true });
  }
}
