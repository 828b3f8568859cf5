import { AUDIT_LOG_PATH } from "../extract/audit-events.ts";
import { HubError, InterruptedError, NotFoundError, ServerError } from "../extract/errors.ts";
import { Hub } from "../extract/hub.ts";
import { newRunId, RawStore } from "../extract/raw-store.ts";
import type { Window } from "../extract/windows.ts";
import { loadActionRules } from "../load/actions.ts";
import { loadedFiles, newestCatalog } from "../load/coverage.ts";
import { migrate } from "../load/migrate.ts";
import { carrySettings } from "../load/rebuild.ts";
import { beginRun, endRun } from "../load/runs.ts";
import { openWriter, type WarehouseFile } from "../load/warehouse-file.ts";
import type { Config } from "./config.ts";
import type { Connection } from "./config-connections.ts";
import { finishLoad } from "./finish-load.ts";
import { explain } from "./hints.ts";
import { keepSettings } from "./keep-settings.ts";
import { MergeQueue } from "./merge-queue.ts";
import {
  type ConnectionReport,
  connectionStatus,
  EXIT,
  failureKind,
  newStream,
  type StreamReport,
  syncExitCode,
} from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { absorbSkippedRuns } from "./skipped-runs.ts";
import { syncAuditLog } from "./sync-audit-log.ts";
import { readCatalog, readSnapshot } from "./sync-members.ts";
import { USER_AGENT, VERSION } from "./version.ts";

export interface SyncOptions {
  readonly config: Config;
  /** `--from`, `--to`: read just this range of the audit log again. */
  readonly range: Window | null;
  readonly acceptShrink: boolean;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

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
  const warehouse = await openWriter(config.dataDir);
  const engine = stopsEngine(warehouse, signal);
  const tally: Tally = { connections: [], requests: 0, exitCode: EXIT.done };
  try {
    await migrate(warehouse, VERSION);
    await carrySettings(warehouse);
    await loadActionRules(warehouse);
    await absorbSkippedRuns(warehouse);
    await beginRun(warehouse, run);
    const store = new RawStore(config.dataDir);
    await store.dropUnfinished();
    const queue = new MergeQueue(warehouse, store, run.run_id, onProgress);
    await queue.mergeLeftOver(signal);
    for (const connection of config.connections) {
      if (signal.aborted) break;
      const synced = await syncConnection({ ...options, runId: run.run_id, warehouse, store, queue }, connection);
      tally.connections.push(synced.report);
      tally.requests += synced.requests;
    }
    tally.exitCode = syncExitCode(tally.connections);
    if (queue.brokenFiles.length > 0 && tally.exitCode === EXIT.done) tally.exitCode = EXIT.partial;
    if (signal.aborted) engine.leave();
    return await conclude(options, warehouse, run.run_id, tally);
  } catch (error) {
    engine.leave();
    if (signal.aborted) return await conclude(options, warehouse, run.run_id, tally);
    await noteFailure(warehouse, run.run_id, tally, error);
    throw error;
  } finally {
    engine.leave();
    warehouse.close();
  }
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
function stopsEngine({ connection }: WarehouseFile, signal: AbortSignal): { leave(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    timer = setInterval(() => connection.interrupt(), ENGINE_GRACE_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    leave() {
      signal.removeEventListener("abort", stop);
      clearInterval(timer);
    },
  };
}

interface Shared extends SyncOptions {
  readonly runId: string;
  readonly warehouse: WarehouseFile;
  readonly store: RawStore;
  readonly queue: MergeQueue;
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
  if ((await loadedFiles(warehouse)).size === 0) return ended;
  const failed = await finishLoad(warehouse, onProgress);
  if (failed === null) return ended;
  return failed.kind === "checks"
    ? end("failed", EXIT.checkFailed, failed.message)
    : end("partial", EXIT.partial, failed.message);
}

async function syncConnection(
  shared: Shared,
  connection: Connection,
): Promise<{ report: ConnectionReport; requests: number }> {
  const { config, signal, onProgress, startedAt, warehouse } = shared;
  onProgress({ kind: "connection", name: connection.name, org: connection.org });
  const hub = new Hub({
    url: connection.url,
    identifier: connection.identifier,
    secret: () => connection.secret.reveal(),
    userAgent: USER_AGENT,
    limits: config.limits,
    signal,
    onEvent: (event) => event.kind === "wait" && onProgress(event),
  });
  const streams = { members: newStream(), auditlog: newStream() };
  const report: ConnectionReport = { name: connection.name, org: connection.org, status: "ok", streams };
  try {
    await hub.login();
    const now = hub.now().getTime();
    const instant = new Date(Math.abs(now - Date.now()) > 1000 ? now : startedAt.getTime());
    const isUnknown = !shared.range && (await syncMembers(shared, connection, hub, instant, streams.members));
    await syncEvents(shared, connection, hub, instant, streams.auditlog, isUnknown);
  } catch (error) {
    if (!(error instanceof HubError) && !(error instanceof InterruptedError)) throw error;
    for (const stream of Object.values(streams)) {
      if (stream.windows === 0 && stream.status === "ok") fail(stream, error, explain(error, connection, "login"));
    }
  } finally {
    await hub.close();
  }
  await shared.queue.drain();
  count(shared, connection.org, streams);
  report.status = connectionStatus(report);
  // an organization of which nothing was ever read leaves no trace in the warehouse
  if (report.status !== "failed") await keepSettings(warehouse, connection, startedAt);
  return { report, requests: hub.requests };
}

/** Reads and merges who has a seat; tells whether the organization cannot be seen at all. */
async function syncMembers(
  shared: Shared,
  connection: Connection,
  hub: Hub,
  instant: Date,
  report: StreamReport,
): Promise<boolean> {
  const { runId, acceptShrink, store, queue, onProgress } = shared;
  try {
    const task = { hub, org: connection.org, runId, instant, acceptShrink, store, onProgress };
    await queue.add(...(await readSnapshot(task, report)));
    // actors are told by the members, so these come first
    await queue.drain();
    return false;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    fail(report, error, explain(error, connection, "members"));
    return error instanceof NotFoundError;
  }
}

async function syncEvents(
  shared: Shared,
  connection: Connection,
  hub: Hub,
  instant: Date,
  report: StreamReport,
  isUnknown: boolean,
): Promise<void> {
  const { runId, range, store, queue, warehouse, onProgress } = shared;
  const { org } = connection;
  if (!connection.auditLog) {
    const message = "switched off in the configuration (audit_log: off)";
    Object.assign(report, { status: "unavailable", failure: "off", message });
    return;
  }
  const log = { hub, account: org, path: connection.auditLogPath ?? AUDIT_LOG_PATH };
  const merge = (file: string) => queue.add(file);
  const explained = (error: unknown) =>
    explain(isUnknown ? unknown(error) : error, connection, isUnknown ? "members" : "auditlog");
  const task = { log, org, runId, instant, range, store, warehouse, merge, onProgress, explain: explained };
  await syncAuditLog(task, report);
  if (report.status !== "ok" || range) return;
  const snapshot = { hub, org, runId, instant, acceptShrink: false, store, onProgress };
  await queue.add(...(await readCatalog(snapshot, log, await newestCatalog(warehouse, org))));
}

/** Whatever the audit log answers for an organization that is not there: it is not there. */
function unknown(error: unknown): unknown {
  return error instanceof ServerError ? new NotFoundError("not found", error.where, error) : error;
}

function fail(report: StreamReport, error: unknown, message: string): void {
  Object.assign(report, { status: "failed", failure: failureKind(error), message });
}

/** Adds what merging found to what reading told. */
function count({ queue }: Shared, org: string, streams: ConnectionReport["streams"]): void {
  for (const [name, report] of Object.entries(streams)) {
    const merged = queue.countsOf(org, name);
    report.facts_new += merged.facts;
    report.rejected += merged.rejected;
  }
  const refused = queue.refusalOf(org);
  if (!refused) return;
  Object.assign(streams.members, {
    status: "failed",
    failure: "guarded",
    message: `the snapshot would close ${refused.gone} of ${refused.current} current members (more than 30 %), so it was not merged. If that many really left, run again with --accept-shrink`,
  });
}
