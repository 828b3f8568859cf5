import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Case, type Figure, megabytes, ratio, seconds } from "../case.ts";
import { startHubProcess } from "../hub.ts";
import { runSync, writeConfig } from "../program.ts";

/** Whether memory grows with the history that is read. */
export const memory: Case = {
  name: "memory",
  tells: "peak memory of a first sync, of a million and of five million events",
  async run({ isQuick, folder, say }) {
    const sizes = isQuick ? [50_000, 250_000] : [1_000_000, 5_000_000];
    const figures: Figure[] = [];
    const peaks: number[] = [];
    for (const events of sizes) {
      const name = events.toLocaleString("en");
      say(name);
      const own = join(folder, String(events));
      await mkdir(own);
      const hub = await startHubProcess({ events });
      try {
        await writeConfig(own, hub.url);
        const sync = await runSync(own);
        if (sync.factsNew !== events) throw new Error(`${events} events became ${sync.factsNew} facts`);
        peaks.push(sync.peakMb);
        figures.push(seconds(`${name} events: sync`, sync.seconds), megabytes(`${name} events: peak`, sync.peakMb));
      } finally {
        hub.stop();
      }
    }
    figures.push(ratio("the larger's peak beside the smaller's", peaks[1]! / peaks[0]!, "less"));
    return { size: `${sizes.map((size) => size.toLocaleString("en")).join(" and ")} events, pages of 100`, figures };
  },
};
