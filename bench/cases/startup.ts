import { type Case, count, type Figure, ratio, seconds } from "../case.ts";
import { startHubProcess } from "../hub.ts";
import { modulesOf, runNode, runProgram, runSync, type Usage, writeConfig } from "../program.ts";

const TIMES = 5;

/** What a command costs where there is next to nothing to do. */
export const startup: Case = {
  name: "startup",
  tells: "--version, status, report licenses, a sync with nothing new: time and modules",
  async run({ folder, say }) {
    const events = 2000;
    const hub = await startHubProcess({ events, members: 50 });
    try {
      await writeConfig(folder, hub.url);
      await runSync(folder);
      const node = await leastOf(() => runNode(["-e", "0"]));
      const figures: Figure[] = [seconds("node -e 0", node.seconds)];
      for (const words of [["--version"], ["status"], ["report", "licenses"], ["sync", "--quiet"]]) {
        const name = words.filter((word) => word !== "--quiet").join(" ");
        say(name);
        const spent = await leastOf(() => runProgram(folder, ...words));
        figures.push(
          seconds(name, spent.seconds),
          ratio(`${name}, cores beside node -e 0`, spent.coreSeconds / node.coreSeconds, "less"),
          count(`${name}: modules`, await modulesOf(folder, ...words)),
        );
      }
      return { size: `50 members, ${events.toLocaleString("en")} events; the least of ${TIMES}`, figures };
    } finally {
      hub.stop();
    }
  },
};

async function leastOf(run: () => Promise<Usage>): Promise<Usage> {
  const runs: Usage[] = [];
  for (let n = 0; n < TIMES; n++) runs.push(await run());
  const least = (of: keyof Usage) => Math.min(...runs.map((run) => run[of]));
  return { seconds: least("seconds"), coreSeconds: least("coreSeconds"), peakMb: least("peakMb") };
}
