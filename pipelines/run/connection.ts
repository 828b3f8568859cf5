import { Hub } from "../../extract/hub/client.ts";
import { HubError, NotFoundError, ServerError, SourceError } from "../../extract/hub/errors.ts";
import type { RawStore } from "../../extract/raw/store.ts";
import { membersPath } from "../../extract/streams/members.ts";
import { type Window, wholeSecond } from "../../extract/windows.ts";
import { invitesWereRead, newestCatalog } from "../../load/coverage.ts";
import { orgNames } from "../../load/organizations.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { proxySettings } from "../config/proxy.ts";
import { USER_AGENT } from "../version.ts";
import { explain } from "./hints.ts";
import { syncAuditLog } from "./log.ts";
import type { MergeQueue } from "./merge-queue.ts";
import { type ConnectionReport, connectionStatus, failureKind, newStream, type StreamReport } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { keepSettings } from "./settings.ts";
import { readCatalog, readSnapshot } from "./snapshot.ts";

export interface SyncOptions {
  readonly config: Config;
  /** `--from`, `--to`: read just this range of the audit log again. */
  readonly range: Window | null;
  readonly acceptShrink: boolean;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** This machine's clock, in milliseconds; the system's where it is not given. */
  readonly clock?: () => number;
}

/** What the connections of a run share. */
export interface Shared extends SyncOptions {
  readonly runId: string;
  readonly warehouse: WarehouseFile;
  readonly store: RawStore;
  readonly queue: MergeQueue;
  /** Frees the warehouse from what a wrong clock dated; called once a server's clock has confirmed ours. */
  readonly heal: () => Promise<void>;
}

/** Reads one connection; whatever Docker Hub refuses is the connection's own failure. */
export async function syncConnection(
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
    proxy: proxySettings(config.proxy),
    limits: config.limits,
    signal,
    clock: shared.clock,
    onEvent: (event) => event.kind === "wait" && onProgress(event),
  });
  const streams = { members: newStream(), auditlog: newStream() };
  const report: ConnectionReport = { name: connection.name, org: connection.org, status: "ok", streams };
  try {
    await hub.login();
    await hub.settleClock(membersPath(connection.org));
    if (hub.clock.isKnown) await shared.heal();
    const instant = hub.clock.isEqual ? startedAt : new Date(wholeSecond(startedAt.getTime() + hub.clock.offsetMs));
    const isUnknown = !shared.range && (await syncMembers(shared, connection, hub, instant, streams.members));
    await syncEvents(shared, connection, hub, instant, streams.auditlog, isUnknown);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
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
  const { org } = await orgNames(warehouse.db, connection.org);
  if (report.status !== "failed") await keepSettings(warehouse, { ...connection, org }, startedAt);
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
  const { runId, acceptShrink, store, queue, warehouse, onProgress } = shared;
  try {
    const { org, firstOrg: rawOrg } = await orgNames(warehouse.db, connection.org);
    const invitesExpected = await invitesWereRead(warehouse, org);
    const task = { hub, org: connection.org, rawOrg, runId, instant, acceptShrink, invitesExpected, store, onProgress };
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
  const { firstOrg: rawOrg } = await orgNames(warehouse.db, org);
  const log = { hub, account: org, path: connection.auditLogPath };
  const merge = (file: string) => queue.add(file);
  const explained = (error: unknown) =>
    explain(isUnknown ? unknown(error) : error, connection, isUnknown ? "members" : "auditlog");
  const task = { log, org: rawOrg, runId, instant, range, store, warehouse, merge, onProgress, explain: explained };
  await syncAuditLog(task, report);
  if (report.status !== "ok" || range) return;
  const catalog = { org, rawOrg, runId, instant, store };
  await queue.add(...(await readCatalog(catalog, log, await newestCatalog(warehouse, org))));
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
    const message = queue.unmergedOf(org, name);
    if (message !== null && report.status === "ok")
      Object.assign(report, { status: "failed", failure: "other", message });
  }
  const newer = queue.newerThan(org);
  if (newer) {
    const message = `the snapshot was not merged, since one of ${newer.toISOString()}, which is later, was merged before it. One of the two was read by a wrong clock: compare this machine's with the time; once it is past that time, snapshots are merged again`;
    Object.assign(streams.members, { status: "failed", failure: "guarded", message });
  }
  const refused = queue.refusalOf(org);
  if (!refused) return;
  Object.assign(streams.members, {
    status: "failed",
    failure: "guarded",
    message: `the snapshot would close ${refused.gone} of ${refused.current} joined members (more than 30 %), so it was not merged. If that many really left, run again with --accept-shrink`,
  });
}
