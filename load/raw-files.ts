import { join } from "node:path";
import type { WarehouseFile } from "./warehouse-file.ts";

/** What a raw file says of itself in its key-value metadata. */
export interface RawFileInfo {
  /** Relative to the data folder. */
  readonly name: string;
  readonly path: string;
  readonly org: string;
  /** The organization's first spelling in the raw zone, which ids are made of. */
  readonly first_org: string;
  readonly stream: string;
  readonly kind: string;
  readonly run_id: string;
  readonly read_at: Date;
  readonly window_from: Date;
  readonly window_to: Date;
  readonly oldest_event_at: Date | null;
  readonly accept_shrink: boolean;
  readonly records: number;
}

/** A raw file that cannot be read: cut off, overwritten, or none of ours. */
export class BrokenRawFileError extends Error {
  override readonly name = "BrokenRawFileError";
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(
      `the raw file ${file} cannot be read: ${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}`,
      { cause },
    );
    this.file = file;
  }
}

/**
 * What each raw file says of itself.
 * @throws BrokenRawFileError naming the first file that cannot be read
 */
export async function describeRawFiles(warehouse: WarehouseFile, names: readonly string[]): Promise<RawFileInfo[]> {
  const infos: RawFileInfo[] = [];
  for (const name of names) infos.push(await describe(warehouse, name));
  return infos;
}

async function describe({ connection, dataDir }: WarehouseFile, name: string): Promise<RawFileInfo> {
  const path = join(dataDir, name);
  try {
    const reader = await connection.runAndReadAll(
      `select decode(key) as key, decode(value) as value, (select num_rows from parquet_file_metadata($1)) as records
       from parquet_kv_metadata($1) where starts_with(decode(key), 'docktally.')`,
      [path],
    );
    const rows = reader.getRowObjectsJS() as { key: string; value: string; records: bigint }[];
    const said = new Map(rows.map(({ key, value }) => [key.slice("docktally.".length), value]));
    const text = (key: string): string => {
      const value = said.get(key);
      if (value === undefined) throw new Error(`its metadata lacks docktally.${key}`);
      return value;
    };
    const time = (key: string): Date => {
      const at = new Date(text(key));
      if (Number.isNaN(at.getTime())) throw new Error(`its metadata has an unreadable docktally.${key}`);
      return at;
    };
    return {
      name,
      path,
      org: text("org"),
      first_org: text("org"),
      stream: text("stream"),
      kind: text("kind"),
      run_id: text("run_id"),
      read_at: time("read_at"),
      window_from: time("window_from"),
      window_to: time("window_to"),
      oldest_event_at: said.has("oldest_event_at") ? time("oldest_event_at") : null,
      accept_shrink: said.get("accept_shrink") === "true",
      records: Number(rows[0]?.records ?? 0),
    };
  } catch (error) {
    throw isOfTheEngine(error) ? error : new BrokenRawFileError(name, error);
  }
}

/** The engine was stopped, closed or out of means: that says nothing of the file it was reading, which must stay where it is. */
function isOfTheEngine(error: unknown): boolean {
  const words =
    /^INTERRUPT|disconnected|connection (was )?closed|out of memory|no space left|could not write|too many open files|permission denied|has been invalidated/i;
  return error instanceof Error && words.test(error.message);
}

/** Finds the file of a batch whose rows cannot be read, after a query over all of them failed; null where each can. */
export async function findBroken(
  { connection }: WarehouseFile,
  files: readonly RawFileInfo[],
): Promise<BrokenRawFileError | null> {
  for (const { name, path } of files) {
    try {
      await connection.run(
        "select count(*), sum(length(payload)), max(fetched_at), max(ordinal) from read_parquet($1)",
        [path],
      );
    } catch (error) {
      return isOfTheEngine(error) ? null : new BrokenRawFileError(name, error);
    }
  }
  return null;
}
