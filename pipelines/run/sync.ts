import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { keepConnections } from "../../load/connections.ts";
import { loadedFiles } from "../../load/coverage.ts";
import { hasTwins } from "../../load/organizations.ts";
import { carrySettings, clearForRebuild } from "../../load/rebuild.ts";
import { addWarning, beginRun, endRun } from "../../load/runs.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { VERSION } from "../version.ts";
import { type SyncOptions, syncConnection } from "./connection.ts";
import { finishLoad } from "./finish.ts";
import { noteRunBegan, noteRunEnded } from "./last-runs.ts";
import { MergeQueue } from "./merge-queue.ts";
import { heal } from "./misdated.ts";
import { type ConnectionReport, EXIT, isClockInDoubt, syncExitCode } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { renewFacts } from "./renew-facts.ts";
import { absorbSkippedRuns } from "./skipped-runs.ts";

export interface SyncReport {
  run_id: string;
  status: "ok" | "partial" | "failed" | "interrupted";
  started_at: string;
  finished_at: string;
  requests: number;
  connections: ConnectionReport[];
  exitCode: number;
  message: string | null;
}

/**
 * The main job: merge what an earlier run left unmerged, read what is missing of each connection, merge it, judge the
 * seats, check, publish. One connection's failure is its own.
 */
export async function sync(options: SyncOptions): Promise<SyncReport> {
  const { config, startedAt, onProgress, signal } = options;
  const run = { run_id: newRunId(startedAt), command: "sync", started_at: startedAt, version: VERSION };
  const started = { run_id: run.run_id, started_at: startedAt.toISOString() };
  const warehouse = await openWriter(config.dataDir);
  const engine = stopsEngine(warehouse, signal);
  const tally: Tally = { connections: [], requests: 0, exitCode: EXIT.done };
  const store = new RawStore(config.dataDir);
  const queue = new MergeQueue(warehouse, store, run.run_id, onProgress);
  const ended = async (report: SyncReport): Promise<SyncReport> => {
    await noteRunEnded(config.dataDir, report);
    return report;
  };
  try {
    await noteRunBegan(config.dataDir, started, config);
    await migrate(warehouse, VERSION);
    await carrySettings(warehouse);
    await mendTwins(warehouse, store, onProgress);
    const retired = await keepConnections(warehouse, config.configured, config.limits.lookback_hours);
    for (const org of retired)
      onProgress({ kind: "step", text: `${org} is not configured any more: retired, --all shows it` });
    await absorbSkippedRuns(warehouse);
    await beginRun(warehouse, run);
    await store.dropUnfinished();
    await renewFacts(warehouse, store, onProgress);
    await queue.mergeLeftOver(signal);
    let healing: Promise<void> | null = null;
    const healOnce = () => (healing ??= heal({ warehouse, store, queue, signal, onProgress }));
    for (const connection of config.connections) {
      if (signal.aborted) break;
      const synced = await syncConnection(
        { ...options, runId: run.run_id, warehouse, store, queue, heal: healOnce },
        connection,
      );
      for (const warning of synced.warnings) await addWarning(warehouse, run.run_id, warning);
      tally.connections.push(synced.report);
      tally.requests += synced.requests;
    }
    await queue.settleAhead(false);
    tally.exitCode = syncExitCode(tally.connections);
    const left = queue.brokenFiles.length + queue.unmergedFiles.length + queue.staleFiles.length;
    if (left > 0 && tally.exitCode === EXIT.done) tally.exitCode = EXIT.partial;
    if (signal.aborted) engine.leave();
    return await ended(await conclude(options, warehouse, run.run_id, tally));
  } catch (error) {
    await queue.stop();
    engine.leave();
    if (signal.aborted) return await ended(await conclude(options, warehouse, run.run_id, tally));
    await noteFailure(warehouse, run.run_id, tally, error);
    const message = error instanceof Error ? error.message : String(error);
    await noteRunEnded(config.dataDir, { ...started, message, connections: tally.connections });
    throw error;
  } finally {
    engine.leave();
    warehouse.close();
  }
}

/** Spellings of one organization that an older docktally took for two: only the raw files can tell their facts apart. */
async function mendTwins(warehouse: WarehouseFile, store: RawStore, onProgress: OnProgress): Promise<void> {
  if (!(await hasTwins(warehouse.db))) return;
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

/** Keeps why a run failed with the run; the failure itself goes on, also where it cannot be noted (a full disk). */
async function noteFailure(
  warehouse: WarehouseFile,
  runId: string,
  { connections, requests }: Tally,
  error: unknown,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const end = { status: "failed", exit_code: EXIT.unexpected, requests, connections, message } as const;
  await endRun(warehouse, runId, new Date(), end).catch(() => {});
}

/** What a run has done so far. */
interface Tally {
  readonly connections: ConnectionReport[];
  requests: number;
  exitCode: number;
}

/** An engine's long statement is given this long to end by itself when the run is asked to stop; then it is rolled back. */
const ENGINE_GRACE_MS = 700;

/** Breaks off what the engine is doing shortly after `signal`: its transaction is rolled back, the raw file is merged by the next run. */
function stopsEngine(warehouse: WarehouseFile, signal: AbortSignal): { leave(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    timer = setInterval(() => warehouse.connection.interrupt(), ENGINE_GRACE_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    leave() {
      signal.removeEventListener("abort", stop);
      clearInterval(timer);
    },
  };
}

/** Ends the run: marts, checks, the run's own row, publishing; an interrupted run leaves them to the next one. */
async function conclude(
  { signal, startedAt, onProgress }: SyncOptions,
  warehouse: WarehouseFile,
  runId: string,
  { connections, requests, exitCode }: Tally,
): Promise<SyncReport> {
  const report = (status: SyncReport["status"], code: number, message: string | null): SyncReport => ({
    run_id: runId,
    status,
    started_at: startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    requests,
    connections,
    exitCode: code,
    message,
  });
  const end = async (status: SyncReport["status"], code: number, message: string | null) => {
    await endRun(warehouse, runId, new Date(), { status, exit_code: code, requests, connections, message });
    return report(status, code, message);
  };
  if (signal.aborted)
    return end(
      "interrupted",
      EXIT.interrupted,
      "interrupted; what was complete is kept, the next run goes on from there",
    );
  const status = exitCode === EXIT.done ? "ok" : exitCode === EXIT.partial ? "partial" : "failed";
  const ended = await end(status, exitCode, null);
  if (isClockInDoubt(connections) || (await loadedFiles(warehouse)).size === 0) return ended;
  const failed = await finishLoad(warehouse, onProgress);
  if (failed === null) return ended;
  return failed.kind === "checks"
    ? end("failed", EXIT.checkFailed, failed.message)
    : end("partial", EXIT.partial, failed.message).catch(() => report("partial", EXIT.partial, failed.message));
}
