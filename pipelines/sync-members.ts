import { CATALOG_STREAM, readActionCatalog } from "../extract/action-catalog.ts";
import type { AuditLog } from "../extract/audit-events.ts";
import { HubError } from "../extract/errors.ts";
import type { Hub } from "../extract/hub.ts";
import { INVITES_STREAM, readInvites } from "../extract/invites.ts";
import { MEMBERS_STREAM, readMembers } from "../extract/members.ts";
import { recordText } from "../extract/page.ts";
import type { RawFileMeta } from "../extract/parquet.ts";
import type { RawStore } from "../extract/raw-store.ts";
import type { StreamReport } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";

export interface SnapshotTask {
  readonly hub: Hub;
  readonly org: string;
  readonly runId: string;
  readonly instant: Date;
  readonly acceptShrink: boolean;
  readonly store: RawStore;
  readonly onProgress: OnProgress;
}

/** Reads who has a seat now, open invitations included; gives the raw files to merge, in order. */
export async function readSnapshot(task: SnapshotTask, report: StreamReport): Promise<string[]> {
  const { hub, org, store } = task;
  const snapshot = await readMembers(hub, org);
  const invites = await readInvites(hub, org).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
    report.message = `open invitations could not be read, so their age is not known: ${error.message}`;
    return null;
  });
  hub.clock.mustAgree();
  const files: string[] = [];
  if (invites) files.push(await store.write(metaOf(task, INVITES_STREAM), [{ page: invites, number: 1 }]));
  const meta = { ...metaOf(task, MEMBERS_STREAM), accept_shrink: task.acceptShrink };
  files.push(await store.write(meta, snapshot.pages));
  report.windows = 1;
  report.records = snapshot.records;
  if (snapshot.moved) report.moved++;
  if (snapshot.warning) {
    const keep = { org, stream: MEMBERS_STREAM, kind: "unsettled" };
    task.onProgress({ kind: "warning", text: `${org}: ${snapshot.warning}`, keep });
  }
  return files;
}

/** Reads the source's own list of actions; a raw file only where it is not `known`, the list of last time. */
export async function readCatalog(task: SnapshotTask, log: AuditLog, known: readonly string[]): Promise<string[]> {
  try {
    const page = await readActionCatalog(log);
    const records = page.starts.map((_, i) => recordText(page, i));
    if (records.length === known.length && records.every((record, i) => record === known[i])) return [];
    return [await task.store.write({ ...metaOf(task, CATALOG_STREAM), kind: "catalog" }, [{ page, number: 1 }])];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return [];
  }
}

function metaOf({ org, runId, instant }: SnapshotTask, stream: string): RawFileMeta {
  return { org, stream, kind: "snapshot", run_id: runId, read_at: instant, window_from: instant, window_to: instant };
}
