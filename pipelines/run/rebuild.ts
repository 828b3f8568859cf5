import { join } from "node:path";
import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { beginOf } from "../../load/merge/misdated.ts";
import { carrySettings, clearForRebuild, countFacts, openForRebuild } from "../../load/rebuild.ts";
import { beginRun, endRun } from "../../load/runs.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";
import { finishLoad } from "./finish.ts";
import { MergeQueue } from "./merge-queue.ts";
import { EXIT } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { renewFacts } from "./renew-facts.ts";

export interface RebuildReport {
  run_id: string;
  status: "ok" | "partial" | "failed" | "interrupted";
  started_at: string;
  finished_at: string;
  raw_files: number;
  facts: number;
  broken_files: readonly string[];
  unmerged_files: readonly string[];
  message: string | null;
  exitCode: number;
}

/**
 * Makes the warehouse anew from the raw zone, without a request: the same rows as before, run ids aside.
 * @throws UsageError where the folder has no raw file; nothing is made or changed then
 */
export async function rebuild(
  dataDir: string,
  startedAt: Date,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<RebuildReport> {
  const store = new RawStore(dataDir);
  // before anything is opened or made: there a folder would get a warehouse without facts, or lose those it has
  if ((await store.list()).length === 0)
    throw new UsageError(
      `there is nothing to rebuild from: no raw files below ${join(dataDir, "raw")}; name the data folder with --data`,
    );
  const run = { run_id: newRunId(startedAt), command: "rebuild", started_at: startedAt, version: VERSION };
  await refuseWrongClock(dataDir, startedAt);
  const warehouse = await openForRebuild(dataDir);
  try {
    await migrate(warehouse, VERSION);
    await carrySettings(warehouse);
    await beginRun(warehouse, run);
    await clearForRebuild(warehouse);
    await renewFacts(warehouse, store, onProgress);
    const queue = new MergeQueue(warehouse, store, run.run_id, onProgress, { leaveBroken: true });
    await queue.mergeLeftOver(signal);
    const facts = await countFacts(warehouse);
    const files = (await store.list()).length;
    const report = {
      run_id: run.run_id,
      started_at: startedAt.toISOString(),
      raw_files: files,
      facts,
      broken_files: queue.brokenFiles,
      unmerged_files: queue.unmergedFiles,
    };
    const end = async (
      status: RebuildReport["status"],
      exitCode: number,
      message: string | null,
    ): Promise<RebuildReport> => {
      const finished = new Date();
      await endRun(warehouse, run.run_id, finished, {
        status,
        exit_code: exitCode,
        requests: 0,
        connections: [],
        message,
      });
      return { ...report, status, finished_at: finished.toISOString(), message, exitCode };
    };
    if (signal.aborted)
      return await end("interrupted", EXIT.interrupted, "interrupted; the next run goes on from there");
    const missing = [...queue.brokenFiles, ...queue.unmergedFiles];
    const isWhole = missing.length === 0;
    const ended = await (isWhole
      ? end("ok", EXIT.done, null)
      : end(
          "partial",
          EXIT.partial,
          `${missing.length} raw files could not be read or merged and are missing from the warehouse: ${missing.join(", ")}`,
        ));
    const failed = await finishLoad(warehouse, onProgress);
    if (failed === null) return ended;
    if (failed.kind === "checks") return await end("failed", EXIT.checkFailed, failed.message);
    return await end("partial", EXIT.partial, failed.message);
  } finally {
    warehouse.close();
  }
}

/**
 * A clock that is behind every raw file would leave nothing in the warehouse.
 * @throws UsageError
 */
async function refuseWrongClock(dataDir: string, now: Date): Promise<void> {
  const files = await new RawStore(dataDir).list();
  const begins = files.map((file) => beginOf(file.slice(file.lastIndexOf("/") + 1)));
  const earliest = begins.reduce((least, at) => (at === null || (least && least <= at) ? least : at), null);
  if (earliest === null || earliest.getTime() <= now.getTime() + 86_400_000) return;
  throw new UsageError(
    `this machine's clock says ${now.toISOString()}, and all ${files.length} raw files in ${dataDir} were written later, from ${earliest.toISOString()} on; set the clock right. Nothing was changed`,
  );
}
