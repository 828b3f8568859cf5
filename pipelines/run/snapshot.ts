import type { Hub } from "../../extract/hub/client.ts";
import { HubError } from "../../extract/hub/errors.ts";
import { recordText } from "../../extract/page.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import type { RawStore } from "../../extract/raw/store.ts";
import { CATALOG_STREAM, readActionCatalog } from "../../extract/streams/actions.ts";
import type { AuditLog } from "../../extract/streams/auditlog.ts";
import { INVITES_STREAM, readInvites } from "../../extract/streams/invites.ts";
import { MEMBERS_STREAM, readMembers } from "../../extract/streams/members.ts";
import { failureKind, type StreamReport } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";

export interface CatalogTask {
  readonly org: string;
  /** As the raw zone spells it. */
  readonly rawOrg: string;
  readonly runId: string;
  readonly instant: Date;
  readonly store: RawStore;
}

export interface SnapshotTask extends CatalogTask {
  readonly hub: Hub;
  readonly acceptShrink: boolean;
  /** Open invitations were read in an earlier run: a refusal is no missing scope then, but something that failed. */
  readonly invitesExpected: boolean;
  readonly onProgress: OnProgress;
}

/** Reads who has a seat now, open invitations included; gives the raw files to merge, in order. */
export async function readSnapshot(task: SnapshotTask, report: StreamReport): Promise<string[]> {
  const { hub, org, store } = task;
  const snapshot = await readMembers(hub, org);
  const invites = await readInvites(hub, org).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
    noteInvites(task, report, error);
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

/**
 * Not read is not none: the invitations that are known stay open. A token that was never given them is as it always was
 * (told, and no failure); anything else leaves the run partial.
 */
function noteInvites({ invitesExpected }: SnapshotTask, report: StreamReport, error: HubError): void {
  if (!invitesExpected && failureKind(error) === "refused") {
    report.message = `open invitations could not be read, so their age is not known: ${error.message}`;
    return;
  }
  const next = "those that are known stay open; run again later, or give the token its scope Invite Read";
  const message = `the members were read, but open invitations could not be read: ${error.message}. Nothing is concluded from that: ${next}`;
  Object.assign(report, { status: "failed", failure: failureKind(error), message });
}

/** Reads the source's own list of actions; a raw file only where it is not `known`, the list of last time. */
export async function readCatalog(task: CatalogTask, log: AuditLog, known: readonly string[]): Promise<string[]> {
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

function metaOf({ rawOrg, runId, instant }: CatalogTask, stream: string): RawFileMeta {
  return {
    org: rawOrg,
    stream,
    kind: "snapshot",
    run_id: runId,
    read_at: instant,
    window_from: instant,
    window_to: instant,
  };
}
