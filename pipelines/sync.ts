import { AUDIT_LOG_PATH } from "../extract/audit-events.ts";
import { HubError, InterruptedError } from "../extract/errors.ts";
import { Hub } from "../extract/hub.ts";
import { newRunId, RawStore } from "../extract/raw-store.ts";
import type { Window } from "../extract/windows.ts";
import { loadActionRules } from "../load/actions.ts";
import { newestCatalog } from "../load/coverage.ts";
import { migrate } from "../load/migrate.ts";
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
    if (!signal.aborted) throw error;
    engine.leave();
    return await conclude(options, warehouse, run.run_id, tally);
  } finally {
    engine.leave();
    warehouse.close();
  }
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
  const failed = await finishLoad(warehouse, onProgress);
  if (failed === null) return ended;
  return end("failed", EXIT.checkFailed, failed);
}

async function syncConnection(
  shared: Shared,
  connection: Connection,
): Promise<{ report: ConnectionReport; requests: number }> {
  const { config, signal, onProgress, startedAt, warehouse } = shared;
  onProgress({ kind: "connection", name: connection.name, org: connection.org });
  await keepSettings(warehouse, connection, startedAt);
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
    if (!shared.range) await syncMembers(shared, connection, hub, instant, streams.members);
    await syncEvents(shared, connection, hub, instant, streams.auditlog);
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
  return { report, requests: hub.requests };
}

async function syncMembers(
  shared: Shared,
  connection: Connection,
  hub: Hub,
  instant: Date,
  report: StreamReport,
): Promise<void> {
  const { runId, acceptShrink, store, queue, onProgress, warehouse } = shared;
  const { org } = connection;
  const task = { hub, org, runId, instant, acceptShrink, store, onProgress };
  try {
    await queue.add(...(await readSnapshot(task, report)));
    await queue.drain();
    if (connection.auditLog) {
      const log = { hub, account: org, path: connection.auditLogPath };
      await queue.add(...(await readCatalog(task, log, await newestCatalog(warehouse, org))));
    }
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    fail(report, error, explain(error, connection, "members"));
  }
}

async function syncEvents(
  shared: Shared,
  connection: Connection,
  hub: Hub,
  instant: Date,
  report: StreamReport,
): Promise<void> {
  const { runId, range, store, queue, warehouse, onProgress } = shared;
  if (!connection.auditLog) {
    Object.assign(report, {
      status: "unavailable",
      failure: "off",
      message: "switched off in the configuration (audit_log: off)",
    });
    return;
  }
  const log = { hub, account: connection.org, path: connection.auditLogPath ?? AUDIT_LOG_PATH };
  const merge = (file: string) => queue.add(file);
  const explained = (error: unknown) => explain(error, connection, "auditlog");
  await syncAuditLog(
    { log, org: connection.org, runId, instant, range, store, warehouse, merge, onProgress, explain: explained },
    report,
  );
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
