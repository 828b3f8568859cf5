import { recover } from "../warehouse/engine-failure.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import { mergeCatalog } from "./actions.ts";
import { mergeAuditFiles } from "./auditlog.ts";
import { type Batch, batchesOf, filesOf, halvesOf } from "./batches.ts";
import type { MergeCount } from "./loaded-file.ts";
import { mergeSnapshots, noteLoneInvites, type RefusedSnapshot, type StaleSnapshot } from "./members.ts";
import { misdated } from "./misdated.ts";
import {
  type BrokenRawFileError,
  describeRawFiles,
  findBroken,
  firstLine,
  type RawFileInfo,
  type UnmergedRawFile,
} from "./raw-files.ts";
import { recordDigests } from "./repeats.ts";

/** What became of a list of raw files. */
export interface MergeResult {
  readonly counts: readonly (MergeCount & { readonly stream: string })[];
  readonly refused: readonly (RefusedSnapshot["refused"] & { readonly org: string; readonly file: string })[];
  readonly stale: readonly (StaleSnapshot["stale"] & { readonly org: string; readonly file: string })[];
  readonly broken: readonly BrokenRawFileError[];
  readonly unmerged: readonly UnmergedRawFile[];
}

interface Merging {
  readonly counts: (MergeCount & { stream: string })[];
  readonly refused: (RefusedSnapshot["refused"] & { org: string; file: string })[];
  readonly stale: (StaleSnapshot["stale"] & { org: string; file: string })[];
  readonly broken: BrokenRawFileError[];
  readonly unmerged: UnmergedRawFile[];
}

/**
 * Merges raw files, many in one transaction, those of a stream in the order given. What goes wrong in a batch is looked for by
 * halving it, down to the file: one that cannot be read is broken, one that fails for any other reason is unmerged and stays
 * where it is; both are named, and all others are merged.
 */
export async function mergeRawFiles(
  warehouse: WarehouseFile,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<MergeResult> {
  const { infos, broken, unmerged } = await describeRawFiles(warehouse, names);
  const now = new Date();
  const dated = infos.filter((info) => {
    const wrong = misdated(info, now);
    if (wrong) broken.push(wrong);
    return wrong === null;
  });
  const merging: Merging = { counts: [], refused: [], stale: [], broken, unmerged };
  const queue = batchesOf(dated, await repeatsAmong(warehouse, dated));
  while (queue.length > 0 && !signal?.aborted) {
    const batch = queue.shift()!;
    try {
      await mergeInto(merging, warehouse, batch);
    } catch (error) {
      await recover(warehouse, error);
      queue.unshift(...(halvesOf(batch) ?? (await blame(merging, warehouse, batch, error))));
    }
  }
  return merging;
}

/** Where an organization has several snapshots to merge, most of them repeat the one before: an hourly year, say. */
async function repeatsAmong(
  warehouse: WarehouseFile,
  infos: readonly RawFileInfo[],
): Promise<ReadonlyMap<string, string>> {
  const members = infos.filter(({ stream }) => stream === "members");
  const orgs = new Set(members.map(({ org }) => org));
  if (orgs.size === members.length) return new Map();
  return recordDigests(
    warehouse,
    infos.filter(({ stream }) => stream === "members" || stream === "invites"),
  );
}

async function mergeInto(
  { counts, refused, stale, unmerged }: Merging,
  warehouse: WarehouseFile,
  batch: Batch,
): Promise<void> {
  switch (batch.stream) {
    case "auditlog":
      for (const merged of await mergeAuditFiles(warehouse, batch.files))
        counts.push({ ...merged, stream: "auditlog" });
      return;
    case "members":
      for (const [i, merged] of (await mergeSnapshots(warehouse, batch.snapshots)).entries()) {
        const { org, name } = batch.snapshots[i]!.file;
        if ("refused" in merged) refused.push({ ...merged.refused, org, file: name });
        else if ("stale" in merged) stale.push({ ...merged.stale, org, file: name });
        else counts.push({ ...merged, stream: "members" });
      }
      return;
    case "invites":
      counts.push({ ...(await noteLoneInvites(warehouse, batch.file)), stream: "invites" });
      return;
    case "actions":
      counts.push({ ...(await mergeCatalog(warehouse, batch.file)), stream: "actions" });
      return;
    case "unknown":
      unmerged.push(
        unmergedFile(batch.file, new Error(`its stream "${batch.file.stream}" is not known to this version`)),
      );
  }
}

/** Says which file a batch of one failed for; gives what of the batch can still be merged. */
async function blame(merging: Merging, warehouse: WarehouseFile, batch: Batch, error: unknown): Promise<Batch[]> {
  const { broken, unmerged } = merging;
  const [snapshot] = batch.stream === "members" ? batch.snapshots : [];
  const culprit = await findBroken(warehouse, filesOf(batch));
  if (culprit) broken.push(culprit);
  if (!snapshot?.invites) {
    if (!culprit) unmerged.push(unmergedFile(filesOf(batch)[0]!, error));
    return [];
  }
  const { file, invites } = snapshot;
  if (culprit?.file === file.name) return [{ stream: "invites", file: invites }];
  const alone = { stream: "members", snapshots: [{ file, invites: null, repeats: null }] } as const;
  if (culprit) return [alone];
  try {
    await mergeInto(merging, warehouse, alone);
    unmerged.push(unmergedFile(invites, error));
  } catch (worse) {
    await recover(warehouse, worse);
    unmerged.push(unmergedFile(file, worse));
  }
  return [];
}

function unmergedFile({ name, org, stream }: RawFileInfo, error: unknown): UnmergedRawFile {
  return { file: name, org, stream, message: firstLine(error) };
}
