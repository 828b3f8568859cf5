import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, type Case, coreSeconds, type Figure, ratio, seconds } from "../case.ts";
import { runProgram, runScript } from "../program.ts";
import type { Spent } from "../spent.ts";

const DAY_MS = 86_400_000;
const LAST = "2026-09-30T04:00:00Z";

/** Whether one more night, and a report of another day, cost the same after a month and after a year. */
export const years: Case = {
  name: "years",
  tells: "one more night after 30 and after 365 nights of 1000 members whose Insights change daily",
  async run(bench) {
    const [members, nights] = bench.isQuick ? [200, 90] : [1000, 365];
    const few = await measure(bench, members, 30);
    const many = await measure(bench, members, nights);
    const figures: Figure[] = Object.entries(many).flatMap(([name, spent]) => {
      const before = few[name]!;
      return [
        seconds(`${name}: after 30 nights`, before.seconds),
        seconds(`${name}: after ${nights} nights`, spent.seconds),
        coreSeconds(`${name}: after ${nights} nights, cores`, spent.coreSeconds),
        ratio(`${name}: ${nights} nights beside 30, cores`, spent.coreSeconds / before.coreSeconds, "less"),
      ];
    });
    return { size: `${members} members, 30 and ${nights} nights`, figures };
  },
};

async function measure({ folder, say }: Bench, members: number, nights: number): Promise<Record<string, Spent>> {
  const own = join(folder, String(nights));
  await mkdir(own);
  say(`${nights} nights`);
  const made = { members, nights, last: LAST };
  const { merge, marts } = await runScript<{ merge: Spent; marts: Spent }>(
    "years-process.js",
    join(own, "data"),
    JSON.stringify(made),
  );
  const day = new Date(Date.parse(LAST) - Math.min(100, nights / 2) * DAY_MS).toISOString().slice(0, 10);
  const report = async (...flags: string[]) => {
    const ran = await runProgram(own, "report", "licenses", ...flags, "--format", "csv");
    const lines = ran.stdout.trim().split("\n").length;
    if (lines < members / 2) throw new Error(`the report has ${lines} lines`);
    return ran;
  };
  return { merge, marts, "as of": await report("--as-of", day), "idle after": await report("--idle-after", "30") };
}
