import { join } from "node:path";
import { RawStore } from "../../extract/raw/store.ts";
import { beginOf } from "../../load/merge/misdated-files.ts";
import { clearForRebuild, countFacts } from "../../load/rebuild.ts";
import { UsageError } from "../usage-error.ts";
import { EXIT } from "./outcome.ts";
import { type Outcome, Run, type RunOptions, type RunReport } from "./run.ts";

export interface RebuildReport extends Omit<RunReport, "requests" | "connections"> {
  readonly raw_files: number;
  readonly facts: number;
  readonly broken_files: readonly string[];
  readonly unmerged_files: readonly string[];
}

/**
 * Makes the warehouse anew from the raw zone, without a request: the same rows as before, run ids aside.
 * @throws UsageError where the folder has no raw file; nothing is made or changed then
 */
export async function rebuild(options: RunOptions): Promise<RebuildReport> {
  const { dataDir, startedAt } = options;
  const files = await new RawStore(dataDir).list();
  // before anything is opened or made: there a folder would get a warehouse without facts, or lose those it has
  if (files.length === 0)
    throw new UsageError(
      `there is nothing to rebuild from: no raw files below ${join(dataDir, "raw")}; name the data folder with --data`,
    );
  refuseWrongClock(dataDir, files, startedAt);
  const run = await Run.open("rebuild", options);
  try {
    const { requests: _, connections: __, run_id, started_at, ...ended } = await run.execute(() => remake(run));
    return {
      run_id,
      started_at,
      raw_files: (await run.store.list()).length,
      facts: await countFacts(run.warehouse),
      broken_files: run.queue.brokenFiles,
      unmerged_files: run.queue.unmergedFiles,
      ...ended,
    };
  } finally {
    run.close();
  }
}

async function remake(run: Run): Promise<Outcome> {
  await clearForRebuild(run.warehouse);
  await run.catchUp();
  const missing = [...run.queue.brokenFiles, ...run.queue.unmergedFiles];
  if (missing.length === 0) return { exitCode: EXIT.done, message: null, isPublished: true };
  const message = `${missing.length} raw files could not be read or merged and are missing from the warehouse: ${missing.join(", ")}`;
  return { exitCode: EXIT.partial, message, isPublished: true };
}

/**
 * A clock that is behind every raw file would leave nothing in the warehouse.
 * @throws UsageError
 */
function refuseWrongClock(dataDir: string, files: readonly string[], now: Date): void {
  const begins = files.map((file) => beginOf(file.slice(file.lastIndexOf("/") + 1)));
  const earliest = begins.reduce((least, at) => (at === null || (least && least <= at) ? least : at), null);
  if (earliest === null || earliest.getTime() <= now.getTime() + 86_400_000) return;
  throw new UsageError(
    `this machine's clock says ${now.toISOString()}, and all ${files.length} raw files in ${dataDir} were written later, from ${earliest.toISOString()} on; set the clock right. Nothing was changed`,
  );
}
