import type { Snapshot } from "./members.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** What one transaction merges: files of one stream, snapshots with their invitations. */
export type Batch =
  | { readonly stream: "auditlog"; readonly files: readonly RawFileInfo[] }
  | { readonly stream: "members"; readonly snapshots: readonly Snapshot[] }
  | { readonly stream: "invites" | "actions" | "unknown"; readonly file: RawFileInfo };

/** What one batch holds at the most, a single file aside: this bounds the engine's memory. */
const BATCH_RECORDS = 250_000;
const BATCH_BYTES = 32 * 1024 * 1024;
const AUDIT_FILES = 512;
const SNAPSHOTS = 8; // each makes tables of its own, and these take their room until the transaction ends
const REPEATS = 64; // as many as these for each of those

/**
 * The batches in which raw files are merged: the members first, since these tell who an actor is, those of an organization in
 * the order of their reading; then the audit log, of whose readings the first wins; then lists of actions, in their order.
 */
export function batchesOf(infos: readonly RawFileInfo[], digests: ReadonlyMap<string, string> = new Map()): Batch[] {
  const of = (stream: string) => infos.filter((info) => info.stream === stream);
  const invites = new Map(of("invites").map((info) => [keyOf(info), info]));
  const snapshots = new Map<string, Snapshot[]>();
  for (const file of of("members")) {
    const key = keyOf(file);
    const org = file.org.toLowerCase();
    const own = snapshots.get(org) ?? [];
    snapshots.set(org, own);
    const snapshot = { file, invites: invites.get(key) ?? null };
    own.push({ ...snapshot, repeats: isRepeat(snapshot, own.at(-1), digests) ? own.at(-1)!.file : null });
    invites.delete(key);
  }
  const alone = (stream: "invites" | "actions" | "unknown") => (file: RawFileInfo) => ({ stream, file });
  return [
    ...[...snapshots.values()].flatMap((own) =>
      cut(own, SNAPSHOTS, weightOfSnapshot).map((part) => ({ stream: "members" as const, snapshots: part })),
    ),
    ...[...invites.values()].map(alone("invites")),
    ...cut(of("auditlog"), AUDIT_FILES, weightOfFile).map((files) => ({ stream: "auditlog" as const, files })),
    ...of("actions").map(alone("actions")),
    ...infos
      .filter(({ stream }) => !["members", "invites", "auditlog", "actions"].includes(stream))
      .map(alone("unknown")),
  ];
}

/** A run reads one list of an organization, whatever the capitals of its name. */
function keyOf({ run_id, org }: RawFileInfo): string {
  return `${run_id}/${org.toLowerCase()}`;
}

type Pair = Pick<Snapshot, "file" | "invites">;

function isRepeat(now: Pair, before: Pair | undefined, digests: ReadonlyMap<string, string>): boolean {
  const told = ({ file, invites }: Pair) => [file, invites].map((one) => one && digests.get(one.name));
  const [members, invites] = told(now);
  if (!before || members === undefined || invites === undefined) return false;
  const [membersBefore, invitesBefore] = told(before);
  return members === membersBefore && invites === invitesBefore;
}

/** Both halves of a batch, in their order; null where it is one file (or one snapshot) already. */
export function halvesOf(batch: Batch): [Batch, Batch] | null {
  if (batch.stream === "auditlog") {
    const { files, stream } = batch;
    const half = files.length >> 1;
    return half === 0
      ? null
      : [
          { stream, files: files.slice(0, half) },
          { stream, files: files.slice(half) },
        ];
  }
  if (batch.stream === "members") {
    const { snapshots, stream } = batch;
    const half = snapshots.length >> 1;
    if (half === 0) return null;
    return [
      { stream, snapshots: snapshots.slice(0, half) },
      { stream, snapshots: snapshots.slice(half) },
    ];
  }
  return null;
}

/** The files of a batch, a snapshot's invitations before its members. */
export function filesOf(batch: Batch): RawFileInfo[] {
  if (batch.stream === "auditlog") return [...batch.files];
  if (batch.stream === "members")
    return batch.snapshots.flatMap(({ file, invites }) => (invites ? [invites, file] : [file]));
  return [batch.file];
}

interface Weight {
  readonly count: number;
  readonly records: number;
  readonly bytes: number;
}

const weightOfFile = ({ records, bytes }: RawFileInfo): Weight => ({ count: 1, records, bytes });
const weightOfSnapshot = ({ file, invites, repeats }: Snapshot): Weight =>
  repeats
    ? { count: 1 / REPEATS, records: 0, bytes: 0 }
    : { count: 1, records: file.records + (invites?.records ?? 0), bytes: file.bytes + (invites?.bytes ?? 0) };

/** Cuts a list into parts that are within the bounds of a batch; what is heavier alone is alone. */
function cut<T>(list: readonly T[], most: number, weigh: (one: T) => Weight): T[][] {
  const parts: T[][] = [];
  let [count, records, bytes] = [0, 0, 0];
  for (const one of list) {
    const weight = weigh(one);
    count += weight.count;
    records += weight.records;
    bytes += weight.bytes;
    const part = parts.at(-1);
    if (part && count <= most && records <= BATCH_RECORDS && bytes <= BATCH_BYTES) part.push(one);
    else {
      parts.push([one]);
      ({ count, records, bytes } = weight);
    }
  }
  return parts;
}
