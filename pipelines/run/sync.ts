import type { RawStore } from "../../extract/raw/store.ts";
import { keepConnections } from "../../load/connections.ts";
import { loadedFiles } from "../../load/coverage.ts";
import { hasTwoSpellings } from "../../load/organizations.ts";
import { clearForRebuild } from "../../load/rebuild.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { type SyncOptions, syncConnection } from "./connection.ts";
import { isEveryClockWrong, syncExitCode } from "./exit-code.ts";
import { noteRunBegan, noteRunEnded } from "./last-runs.ts";
import { EXIT } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { rebuildWithoutMisdated } from "./rebuild-without-misdated.ts";
import { type Outcome, Run, type RunReport } from "./run.ts";

/**
 * The main job: merge what an earlier run left unmerged, read what is missing of each connection, merge it, judge the
 * seats, check, publish. One connection's failure is its own.
 */
export async function sync(options: SyncOptions): Promise<RunReport> {
  const { config, startedAt } = options;
  const { dataDir } = config;
  const run = await Run.open("sync", { ...options, dataDir });
  const started = { run_id: run.id, started_at: startedAt.toISOString() };
  try {
    await noteRunBegan(dataDir, started, config);
    const report = await run.execute(() => readAll(run, options));
    await noteRunEnded(dataDir, report);
    return report;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await noteRunEnded(dataDir, { ...started, message, connections: run.connections });
    throw error;
  } finally {
    run.close();
  }
}

/** Reads connection after connection. */
async function readAll(run: Run, options: SyncOptions): Promise<Outcome> {
  const { config, onProgress, signal } = options;
  const { warehouse, store, queue } = run;
  await rebuildDuplicateOrgs(warehouse, store, onProgress);
  const retired = await keepConnections(warehouse, config.configured, config.limits.lookback_hours);
  for (const org of retired)
    onProgress({ kind: "step", text: `${org} is not configured any more: retired, --all shows it` });
  await store.dropUnfinished();
  await run.catchUp();
  let rebuilt: Promise<void> | null = null;
  const onClockConfirmed = () => (rebuilt ??= rebuildWithoutMisdated(run, options));
  const shared = { ...options, runId: run.id, warehouse, store, queue, onClockConfirmed };
  for (const connection of config.connections) {
    if (signal.aborted) break;
    await run.add(await syncConnection(shared, connection));
  }
  await queue.settleFutureDated(false);
  const exitCode = syncExitCode(run.connections);
  const left = queue.brokenFiles.length + queue.unmergedFiles.length + queue.staleFiles.length;
  return {
    exitCode: left > 0 && exitCode === EXIT.done ? EXIT.partial : exitCode,
    message: null,
    isPublished: !isEveryClockWrong(run.connections) && (await loadedFiles(warehouse)).size > 0,
  };
}

/** An older docktally took two spellings of an organization for two; only the raw files say which facts are whose. */
async function rebuildDuplicateOrgs(warehouse: WarehouseFile, store: RawStore, onProgress: OnProgress): Promise<void> {
  if (!(await hasTwoSpellings(warehouse.db))) return;
  const there = new Set(await store.list());
  const text = "an organization stands in the warehouse under two spellings of its name";
  if ([...(await loadedFiles(warehouse))].some((file) => !there.has(file)))
    return onProgress({
      kind: "warning",
      text: `${text}, and raw files of it are gone: bring them back, then run docktally rebuild`,
    });
  onProgress({ kind: "step", text: `${text}: making it anew from the raw files` });
  await clearForRebuild(warehouse);
}
