import type { Insertable, Transaction } from "kysely";
import type { LoadedFileRow } from "../../transform/ops-tables.ts";
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

/** What `ops.loaded_files` counts of a file. */
export interface Counted {
  readonly records: number;
  readonly facts: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly oldest_event_at: Date | null;
}

/** A row for `ops.loaded_files`. */
export type NewLoadedFile = Insertable<LoadedFileRow> & Counted;

/** The row of a merged file in `ops.loaded_files`; `kind` is what it was merged as. */
export function loadedFileRow(file: RawFileInfo, kind: string, counted: Counted): NewLoadedFile {
  const { name: raw_file, org, stream, run_id, read_at, window_from, window_to, version } = file;
  return {
    raw_file,
    org,
    stream,
    kind,
    run_id,
    read_at,
    window_from,
    window_to,
    version,
    ...counted,
    loaded_at: new Date(),
  };
}

/** Notes in `ops.loaded_files` that a file was merged, as what (`kind`), and what came of it. */
export async function recordFile(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  kind: string,
  { facts, rejected }: { facts: number; rejected: number },
): Promise<MergeCount> {
  const { org, records } = file;
  const row = loadedFileRow(file, kind, { records, facts, rejected, duplicates: 0, oldest_event_at: null });
  await tx.insertInto("ops.loaded_files").values(row).execute();
  return { org, records, facts, rejected, duplicates: 0 };
}
