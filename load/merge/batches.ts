import type { MergeUnit } from "./merge-unit.ts";
import { merges, type RawStream } from "./merges.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** What one transaction merges: units of one stream. */
export interface Batch {
  readonly stream: RawStream;
  readonly units: readonly MergeUnit[];
}

/**
 * What one batch holds at the most, a single unit aside: this bounds the engine's memory. It is just
 * four of the engine's groups of rows, since one that is far from full is written again by the checkpoint.
 */
export const BATCH_RECORDS = 4 * 122_880;
/** And where nothing is read beside it: two cores leave two groups that are not full, too far apart to be written again. */
export const WIDE_BATCH_RECORDS = 9 * 122_880;
/** Of records that are this large, in JSON, a batch takes as many bytes at the most. */
const LARGE_RECORD_BYTES = 512;
const BATCH_BYTES = 32 * 1024 * 1024;
const REPEATS = 64; // as many as these for each unit that is merged

/** The streams that this version merges, in the order in which it does. */
export const MERGED = Object.keys(merges) as RawStream[];

export function isMerged(stream: string): stream is RawStream {
  return Object.hasOwn(merges, stream);
}

/**
 * The batches in which raw files are merged, stream after stream: the members first, since these tell who an actor is. A file
 * that is merged beside another of its run is in that one's unit, and alone only where there is none.
 */
export function batchesOf(
  infos: readonly RawFileInfo[],
  digests: ReadonlyMap<string, string> = new Map(),
  records = BATCH_RECORDS,
): Batch[] {
  const paired = new Set<RawFileInfo>();
  return MERGED.flatMap((stream) => {
    const { most, beside, isByOrg } = merges[stream];
    const others = new Map(infos.filter((info) => info.stream === beside).map((info) => [keyOf(info), info]));
    const groups = new Map<string, MergeUnit[]>();
    for (const file of infos.filter((info) => info.stream === stream && !paired.has(info))) {
      const companion = others.get(keyOf(file)) ?? null;
      others.delete(keyOf(file));
      if (companion) paired.add(companion);
      const group = isByOrg ? file.org.toLowerCase() : "";
      const own = groups.get(group) ?? [];
      groups.set(group, own);
      own.push({ file, companion, repeats: repeated({ file, companion }, own.at(-1), digests) });
    }
    return [...groups.values()].flatMap((own) =>
      cut(own, { most, mostRecords: records }).map((units) => ({ stream, units })),
    );
  });
}

/** A run reads one list of an organization, whatever the capitals of its name. */
function keyOf({ run_id, org }: RawFileInfo): string {
  return `${run_id}/${org.toLowerCase()}`;
}

type Pair = Pick<MergeUnit, "file" | "companion">;

/** The file of the unit before, where both units hold the same records. */
function repeated(now: Pair, before: Pair | undefined, digests: ReadonlyMap<string, string>): RawFileInfo | null {
  const digestsOf = ({ file, companion }: Pair) => [file, companion].map((one) => one && digests.get(one.name));
  const [own, other] = digestsOf(now);
  if (!before || own === undefined || other === undefined) return null;
  const [ownBefore, otherBefore] = digestsOf(before);
  return own === ownBefore && other === otherBefore ? before.file : null;
}

/** Both halves of a batch, in their order; null where it is one unit already. */
export function halvesOf({ stream, units }: Batch): [Batch, Batch] | null {
  const half = units.length >> 1;
  if (half === 0) return null;
  return [
    { stream, units: units.slice(0, half) },
    { stream, units: units.slice(half) },
  ];
}

/** The files of a batch, each after the one that is merged beside it. */
export function filesOf({ units }: Batch): RawFileInfo[] {
  return units.flatMap(({ file, companion }) => (companion ? [companion, file] : [file]));
}

interface Weight {
  readonly count: number;
  readonly records: number;
  readonly bytes: number;
}

function weightOf({ file, companion, repeats }: MergeUnit): Weight {
  if (repeats) return { count: 1 / REPEATS, records: 0, bytes: 0 };
  return {
    count: 1,
    records: file.records + (companion?.records ?? 0),
    bytes: file.bytes + (companion?.bytes ?? 0),
  };
}

/** The engine holds one group of rows at a time as they are: of small records any number, of large ones so many. */
function mostBytes(records: number): number {
  return Math.max(BATCH_BYTES, records * LARGE_RECORD_BYTES);
}

/** Cuts a list into parts that are within the bounds of a batch; what is heavier alone is alone. */
function cut(units: readonly MergeUnit[], bounds: { most: number; mostRecords: number }): MergeUnit[][] {
  const { most, mostRecords } = bounds;
  const parts: MergeUnit[][] = [];
  let [count, records, bytes] = [0, 0, 0];
  for (const unit of units) {
    const weight = weightOf(unit);
    count += weight.count;
    records += weight.records;
    bytes += weight.bytes;
    const part = parts.at(-1);
    if (part && count <= most && records <= mostRecords && bytes <= mostBytes(records)) part.push(unit);
    else {
      parts.push([unit]);
      ({ count, records, bytes } = weight);
    }
  }
  return parts;
}
