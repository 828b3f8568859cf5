import type { HubClient } from "../../extract/hub/client.ts";
import type { HubEvent } from "../../extract/hub/client-options.ts";
import { NotFoundError, ServerError, SourceError } from "../../extract/hub/errors.ts";
import type { RawStore } from "../../extract/raw/store.ts";
import { isLog, isReport } from "../../extract/stream.ts";
import { DIRECTORY, type NamedStream, REPORTED, type ReportedName, settleClock } from "../../extract/streams.ts";
import { type Window, wholeSecond } from "../../extract/windows.ts";
import { orgNames } from "../../load/organizations.ts";
import type { Warning } from "../../load/runs.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Config } from "../config/config.ts";
import type { Connection } from "../config/connections.ts";
import { withNextStep } from "./hints.ts";
import { type ListTask, readCatalogs, readList } from "./list.ts";
import { type LogTask, readLog } from "./log.ts";
import type { MergeQueue } from "./merge-queue.ts";
import { judged, unaddressed, unreachable } from "./optional.ts";
import { type ConnectionReport, connectionStatus, type StreamRead, type StreamReport, UNREAD } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { readReports } from "./reports.ts";
import { keepSettings } from "./settings.ts";
import { connect, sourceOf } from "./source.ts";
import { isOn, offMessage } from "./switches.ts";

export interface SyncOptions {
  readonly config: Config;
  /** `--from`, `--to`: read just this range of the logs again. */
  readonly range: Window | null;
  readonly acceptShrink: boolean;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** A new one where it is not given. */
  readonly runId?: string;
  /** This machine's clock, in milliseconds; the system's where it is not given. */
  readonly clock?: () => number;
}

/** What the connections of a run share. */
export interface Shared extends SyncOptions {
  readonly runId: string;
  readonly warehouse: WarehouseFile;
  readonly store: RawStore;
  readonly queue: MergeQueue;
  /** Called when a server's clock has confirmed ours. */
  readonly onClockConfirmed: () => Promise<void>;
}

/** What became of a connection. */
export interface Synced {
  readonly report: ConnectionReport;
  readonly requests: number;
  /** What is kept of it in `ops.warnings`. */
  readonly warnings: readonly Warning[];
}

/** What was read of each stream; one that is not in it was not come to. */
type Reads = Partial<Record<ReportedName, StreamRead>>;

/** Reads one connection; whatever Docker Hub refuses is the connection's own failure. */
export async function syncConnection(shared: Shared, connection: Connection): Promise<Synced> {
  const { config, signal, onProgress, startedAt, warehouse, queue, clock } = shared;
  const { name } = connection;
  onProgress({ kind: "connection", name, org: connection.org });
  const onEvent = (event: HubEvent) => onProgress(event.kind === "wait" ? event : { kind: "request" });
  const hub = connect(config, connection, { signal, clock, onEvent });
  const { reads, endedBy } = await readStreams(shared, connection, hub).finally(() => hub.close());
  await queue.drain();
  const streams = Object.fromEntries(
    REPORTED.map((stream) => {
      const read = reads[stream.reportsAs] ?? unreadOf(connection, stream);
      const isFailed = endedBy !== null && read.windows === 0 && read.status === "ok";
      const failed = isFailed ? failureBy(endedBy, connection) : {};
      return [stream.name, afterMerge(queue, { org: connection.org, stream: stream.name }, { ...read, ...failed })];
    }),
  ) as Record<ReportedName, StreamReport>;
  const report = { name, org: connection.org, status: connectionStatus(streams), streams };
  // an organization of which nothing was ever read leaves no trace in the warehouse
  const { org } = await orgNames(warehouse.db, connection.org);
  if (report.status !== "failed") await keepSettings(warehouse, { ...connection, org }, startedAt);
  const warnings = Object.values(reads).flatMap((read) => read.warnings);
  return { report, requests: hub.allRequests, warnings };
}

/** What is optional is not asked for where nothing else came: the organization is closed to the credential, or misspelled. */
const ALONE = "not asked for, since nothing else of the organization could be read";

function failureBy(error: SourceError, connection: Connection): Partial<StreamRead> {
  return { status: "failed", failure: error.failure, message: withNextStep(error, connection, null) };
}

/** Logs in and reads stream after stream. */
async function readStreams(
  shared: Shared,
  connection: Connection,
  hub: HubClient,
): Promise<{ reads: Reads; endedBy: SourceError | null }> {
  const reads: Reads = {};
  try {
    await hub.login();
    await settleClock({ hub, org: connection.org });
    if (hub.clock.isKnown) await shared.onClockConfirmed();
    let isUnknown = false;
    for (const stream of REPORTED) {
      shared.onProgress({ kind: "working", text: `reading ${stream.title}` });
      const task = await taskOf(shared, connection, { hub, isUnknown });
      const isAlone = stream.isOptional && !Object.values(reads).some(({ windows }) => windows > 0);
      const read =
        isAlone && shared.range === null && isOn(connection, stream)
          ? unreachable(ALONE)
          : await readStream(task, connection, stream);
      reads[stream.reportsAs] = read;
      if (read.endedBy) return { reads, endedBy: read.endedBy };
      isUnknown ||= stream === DIRECTORY && read.error instanceof NotFoundError;
    }
    return { reads, endedBy: null };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { reads, endedBy: error };
  }
}

async function taskOf(
  { runId, range, startedAt, acceptShrink, store, warehouse, queue, onProgress }: Shared,
  connection: Connection,
  { hub, isUnknown }: { hub: HubClient; isUnknown: boolean },
): Promise<ListTask & LogTask> {
  const { org, firstOrg: rawOrg } = await orgNames(warehouse.db, connection.org);
  const { clock } = hub;
  return {
    org,
    rawOrg,
    runId,
    instant: clock.isEqual ? startedAt : new Date(wholeSecond(startedAt.getTime() + clock.offsetMs)),
    range,
    acceptShrink,
    store,
    warehouse,
    sourceOf: (stream) => sourceOf(hub, connection, stream),
    onProgress,
    merge: (files, records) => queue.add(files, records),
    drain: () => queue.drain(),
    messageOf: (error, stream) =>
      isUnknown ? withNextStep(unknown(error), connection, null) : withNextStep(error, connection, stream),
  };
}

/** Whatever a stream answers for an organization that is not there: it is not there. */
function unknown(error: SourceError): SourceError {
  return error instanceof ServerError ? new NotFoundError("not found", error.where, error) : error;
}

/** A stream that was not come to, or that is switched off. */
function unreadOf(connection: Connection, stream: NamedStream): StreamRead {
  if (isOn(connection, stream)) return UNREAD;
  return { ...UNREAD, status: "unavailable", failure: "off", message: offMessage(stream) };
}

/** Reads one stream with those that accompany it. */
async function readStream(task: ListTask & LogTask, connection: Connection, stream: NamedStream): Promise<StreamRead> {
  if (task.range && !isLog(stream)) return UNREAD;
  if (!isOn(connection, stream)) return unreadOf(connection, stream);
  const nowhere = unaddressed(connection, stream);
  const found = nowhere === null ? await readAny(task, stream) : unreachable(nowhere);
  const read = await judged(found, task, { connection, stream });
  // whether an actor is a member shows in the member list, so a list is merged before anything else is read
  if (!isLog(stream)) await task.drain();
  if (read.status !== "ok" || read.endedBy || task.range) return read;
  return { ...read, endedBy: await readCatalogs(task, stream) };
}

function readAny(task: ListTask & LogTask, stream: NamedStream): Promise<StreamRead> {
  if (isLog(stream)) return readLog(task, stream);
  return isReport(stream) ? readReports(task, stream) : readList(task, stream);
}

/** The stream's report: what was read, and what became of it in the merge. */
function afterMerge(
  queue: MergeQueue,
  { org, stream: name }: { org: string; stream: string },
  read: StreamRead,
): StreamReport {
  const { status, records, windows, moved, message, failure } = read;
  const { facts: facts_new, rejected } = queue.countsOf(org, name);
  const report: StreamReport = { status, records, facts_new, rejected, windows, moved, message, failure };
  const refused = queue.refusalOf(org, name);
  if (refused) {
    const message = `the snapshot would close ${refused.gone} of ${refused.current} joined members (more than 30 %), so it was not merged. If that many really left, run again with --accept-shrink`;
    return { ...report, status: "failed", failure: "guarded", message };
  }
  const newer = queue.newerThan(org, name);
  if (newer) {
    const message = `the snapshot was not merged, since one of ${newer.toISOString()}, which is later, was merged before it. One of the two was read by a wrong clock: compare this machine's with the time; once it is past that time, snapshots are merged again`;
    return { ...report, status: "failed", failure: "guarded", message };
  }
  const unmerged = queue.unmergedOf(org, name);
  if (unmerged === null || status !== "ok") return report;
  return { ...report, status: "failed", failure: "other", message: unmerged };
}
