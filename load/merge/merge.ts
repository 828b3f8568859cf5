import { recover } from "../warehouse/engine-failure.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import {
  BATCH_RECORDS,
  type Batch,
  batchesOf,
  filesOf,
  halvesOf,
  isMerged,
  MERGED,
  WIDE_BATCH_RECORDS,
} from "./batches.ts";
import type { MergeCount } from "./loaded-file.ts";
import type { RefusedSnapshot, StaleSnapshot } from "./merge-unit.ts";
import { merges, type RawStream } from "./merges.ts";
import { misdated } from "./misdated-files.ts";
import {
  type BrokenRawFileError,
  describeRawFiles,
  findBroken,
  firstLine,
  type RawFileInfo,
  type UnmergedRawFile,
} from "./raw-files.ts";
import { recordDigests } from "./repeats.ts";

interface OfFile {
  readonly org: string;
  readonly stream: RawStream;
  readonly file: string;
}

/** What became of a list of raw files. */
export interface MergeResult {
  readonly counts: readonly (MergeCount & { readonly stream: RawStream })[];
  readonly refused: readonly (RefusedSnapshot["refused"] & OfFile)[];
  readonly stale: readonly (StaleSnapshot["stale"] & OfFile)[];
  readonly broken: readonly BrokenRawFileError[];
  readonly unmerged: readonly UnmergedRawFile[];
}

type Merging = { readonly [K in keyof MergeResult]: MergeResult[K][number][] };

/**
 * Merges raw files, many in one transaction, those of a stream in the order given. What goes wrong in a batch is looked for by
 * halving it, down to the unit: a file that cannot be read is broken, one that fails for any other reason is unmerged and stays
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
  const records = warehouse.isLean ? BATCH_RECORDS : WIDE_BATCH_RECORDS;
  const queue = batchesOf(dated, await repeatsAmong(warehouse, dated), records);
  while (queue.length > 0 && !signal?.aborted) {
    const batch = queue.shift()!;
    try {
      await mergeInto(merging, warehouse, batch);
    } catch (error) {
      await recover(warehouse, error);
      queue.unshift(...(halvesOf(batch) ?? (await restAfter(error, merging, { warehouse, batch }))));
    }
  }
  for (const info of dated.filter(({ stream }) => !isMerged(stream)))
    unmerged.push(unmergedFile(info, new Error(`its stream "${info.stream}" is not known to this version`)));
  return merging;
}

/** Where an organization has several snapshots to merge, most of them repeat the one before: an hourly year, say. */
async function repeatsAmong(
  warehouse: WarehouseFile,
  infos: readonly RawFileInfo[],
): Promise<ReadonlyMap<string, string>> {
  const compared = MERGED.filter((stream) => merges[stream].isRepetitive).flatMap((stream) => {
    const files = infos.filter((info) => info.stream === stream);
    if (new Set(files.map(({ org }) => org)).size === files.length) return [];
    return infos.filter((info) => info.stream === stream || info.stream === merges[stream].beside);
  });
  return compared.length === 0 ? new Map() : recordDigests(warehouse, compared);
}

async function mergeInto({ counts, refused, stale }: Merging, warehouse: WarehouseFile, batch: Batch): Promise<void> {
  const { stream, units } = batch;
  for (const [i, merged] of (await merges[stream].merge(warehouse, units)).entries()) {
    const { org, name: file } = units[i]!.file;
    if ("refused" in merged) refused.push({ ...merged.refused, org, stream, file });
    else if ("stale" in merged) stale.push({ ...merged.stale, org, stream, file });
    else counts.push({ ...merged, stream });
  }
}

/** Says which file a batch of one unit failed for; gives the rest of the batch, which can still be merged. */
async function restAfter(
  error: unknown,
  merging: Merging,
  { warehouse, batch }: { warehouse: WarehouseFile; batch: Batch },
): Promise<Batch[]> {
  const { broken, unmerged } = merging;
  const [unit] = batch.units;
  const { file, companion } = unit!;
  const culprit = await findBroken(warehouse, filesOf(batch));
  if (culprit) broken.push(culprit);
  if (!companion) {
    if (!culprit) unmerged.push(unmergedFile(file, error));
    return [];
  }
  const alone = (one: RawFileInfo): Batch => ({
    stream: one.stream as RawStream,
    units: [{ file: one, companion: null, repeats: null }],
  });
  if (culprit) return [alone(culprit.file === file.name ? companion : file)];
  try {
    await mergeInto(merging, warehouse, alone(file));
    unmerged.push(unmergedFile(companion, error));
  } catch (worse) {
    await recover(warehouse, worse);
    unmerged.push(unmergedFile(file, worse));
  }
  return [];
}

function unmergedFile({ name, org, stream }: RawFileInfo, error: unknown): UnmergedRawFile {
  return { file: name, org, stream, message: firstLine(error) };
}
