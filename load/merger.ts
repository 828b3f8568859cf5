import { mergeCatalog } from "./actions.ts";
import { type MergeCount, mergeAuditFiles } from "./merge-audit.ts";
import { mergeSnapshot, type RefusedSnapshot, type StaleSnapshot } from "./merge-members.ts";
import { misdated } from "./misdated.ts";
import { BrokenRawFileError, describeRawFiles, type RawFileInfo } from "./raw-files.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** Records of one batch at the most, unless a single file has more: what bounds the engine's memory. */
const BATCH_RECORDS = 250_000;
const BATCH_FILES = 64;

/** What became of a list of raw files. */
export interface MergeResult {
  readonly counts: readonly (MergeCount & { readonly stream: string })[];
  readonly refused: readonly (RefusedSnapshot["refused"] & { readonly org: string; readonly file: string })[];
  readonly stale: readonly (StaleSnapshot["stale"] & { readonly org: string; readonly file: string })[];
  readonly broken: readonly BrokenRawFileError[];
}

/**
 * Merges raw files in the order given, several audit-log windows in one transaction. A file that cannot be read is left out
 * and named; the others are merged all the same.
 */
export async function mergeRawFiles(
  warehouse: WarehouseFile,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<MergeResult> {
  const counts: (MergeCount & { stream: string })[] = [];
  const refused: (RefusedSnapshot["refused"] & { org: string; file: string })[] = [];
  const stale: (StaleSnapshot["stale"] & { org: string; file: string })[] = [];
  const broken: BrokenRawFileError[] = [];
  const infos = await describeAll(warehouse, names, broken);
  const queue = infos.filter((info) => info.stream !== "invites");
  while (queue.length > 0 && !signal?.aborted) {
    const batch = nextBatch(queue);
    try {
      for (const merged of await mergeBatch(warehouse, batch, infos)) {
        if ("refused" in merged) refused.push({ ...merged.refused, org: batch[0]!.org, file: batch[0]!.name });
        else if ("stale" in merged) stale.push({ ...merged.stale, org: batch[0]!.org, file: batch[0]!.name });
        else counts.push({ ...merged, stream: batch[0]!.stream });
      }
    } catch (error) {
      if (!(error instanceof BrokenRawFileError)) throw error;
      broken.push(error);
      queue.unshift(...batch.filter((info) => info.name !== error.file));
      if (!batch.some((info) => info.name === error.file))
        infos.splice(
          infos.findIndex((info) => info.name === error.file),
          1,
        );
    }
  }
  return { counts, refused, stale, broken };
}

async function describeAll(
  warehouse: WarehouseFile,
  names: readonly string[],
  broken: BrokenRawFileError[],
): Promise<RawFileInfo[]> {
  const infos: RawFileInfo[] = [];
  for (const name of names) {
    try {
      for (const info of await describeRawFiles(warehouse, [name])) {
        const wrong = misdated(info, new Date());
        if (wrong) throw wrong;
        infos.push(info);
      }
    } catch (error) {
      if (!(error instanceof BrokenRawFileError)) throw error;
      broken.push(error);
    }
  }
  return infos;
}

/** Takes the next files that may share a transaction: audit-log windows together, everything else alone. */
function nextBatch(queue: RawFileInfo[]): RawFileInfo[] {
  const batch = [queue.shift()!];
  let { records } = batch[0]!;
  while (batch[0]!.stream === "auditlog" && queue[0]?.stream === "auditlog" && batch.length < BATCH_FILES) {
    records += queue[0].records;
    if (records > BATCH_RECORDS) break;
    batch.push(queue.shift()!);
  }
  return batch;
}

async function mergeBatch(
  warehouse: WarehouseFile,
  batch: readonly RawFileInfo[],
  infos: readonly RawFileInfo[],
): Promise<(MergeCount | RefusedSnapshot | StaleSnapshot)[]> {
  const [first] = batch;
  switch (first?.stream) {
    case "auditlog":
      return mergeAuditFiles(warehouse, batch);
    case "members": {
      const invites = infos.find(
        (info) => info.stream === "invites" && info.run_id === first.run_id && info.org === first.org,
      );
      return [await mergeSnapshot(warehouse, first, invites ?? null)];
    }
    case "actions":
      return [await mergeCatalog(warehouse, first)];
    default:
      throw new BrokenRawFileError(first?.name ?? "", new Error(`its stream "${first?.stream}" is unknown`));
  }
}
