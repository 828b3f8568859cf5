import { join } from "node:path";
import { type Case, coreSeconds, count, type Figure, megabytes, ratio, seconds } from "../case.ts";
import { startHubProcess } from "../hub.ts";
import { runProgram, runScript, writeConfig } from "../program.ts";
import { measureReadJson } from "../read-json.ts";
import type { Spent } from "../spent.ts";

/** What each part of a run costs where nothing else happens at the same time. */
export const stages: Case = {
  name: "stages",
  tells: "landing, parse, merge, checkpoint, marts, checks, publish, report: each alone",
  async run({ isQuick, folder, say }) {
    const events = isQuick ? 50_000 : 1_000_000;
    say("read_json");
    const json = await measureReadJson(events);
    const hub = await startHubProcess({ events });
    try {
      await writeConfig(folder, hub.url);
      say("landing");
      const landed = await runScript<{ landing: Spent; records: number }>("landing-process.js", hub.url, folder);
      say("loading");
      const loaded = await runScript<{ stages: Record<string, Spent>; records: number; statements: number }>(
        "stages-process.js",
        join(folder, "data"),
      );
      if (landed.records < events || loaded.records < events)
        throw new Error(`${landed.records} records were landed and ${loaded.records} loaded of ${events}`);
      say("report");
      const report = await runProgram(folder, "report", "licenses", "--format", "json");
      const spent = { landing: landed.landing, ...loaded.stages, report };
      const figures: Figure[] = Object.entries(spent).flatMap(([name, stage]) => [
        seconds(name, stage.seconds),
        coreSeconds(`${name}, cores`, stage.coreSeconds),
        ...(COMPARED.includes(name)
          ? [ratio(`${name}, cores beside read_json`, stage.coreSeconds / json.jsonCoreSeconds, "less")]
          : []),
      ]);
      return {
        size: `${events.toLocaleString("en")} events, pages of 100`,
        figures: [
          ...figures,
          megabytes("landing, peak memory", landed.peakMb),
          megabytes("loading, peak memory", loaded.peakMb),
          count("statements of the merge", loaded.statements),
        ],
      };
    } finally {
      hub.stop();
    }
  },
};

/** What grows with the events; the others are too short to be told from the noise. */
const COMPARED = ["landing", "parse", "merge", "marts", "checks"];
