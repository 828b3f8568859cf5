import type { Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** What became of one raw file's records. */
export interface MergeCount {
  readonly org: string;
  readonly records: number;
  readonly facts: number;
  readonly rejected: number;
  readonly duplicates: number;
  /** What a person should know of the file's records, said for the first time. */
  readonly warnings?: readonly string[];
}

/** Notes in `ops.loaded_files` that a file was merged, as what (`kind`), and what came of it. */
export async function recordFile(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  kind: string,
  { facts, rejected }: { facts: number; rejected: number },
): Promise<MergeCount> {
  const { org, records } = file;
  const { name: raw_file, stream, run_id, read_at, window_from, window_to } = file;
  const row = { raw_file, org, stream, kind, run_id, read_at, window_from, window_to, oldest_event_at: null };
  await tx
    .insertInto("ops.loaded_files")
    .values({ ...row, records, facts, rejected, duplicates: 0, loaded_at: new Date() })
    .execute();
  return { org, records, facts, rejected, duplicates: 0 };
}
