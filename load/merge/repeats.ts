import type { Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import { recover } from "../warehouse/engine-failure.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** Files whose records are compared in one statement, at the most. */
const COMPARED_AT_ONCE = 256;

/**
 * A word for the records of each file, by its name: files with the same word hold the same records in the same order. One that
 * cannot be read is not in the map.
 */
export async function recordDigests(
  warehouse: WarehouseFile,
  files: readonly RawFileInfo[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map(files.filter(({ records }) => records === 0).map(({ name }) => [name, ""]));
  const names = new Map(files.map(({ path, name }) => [path, name]));
  for (let at = 0; at < files.length; at += COMPARED_AT_ONCE) {
    const paths = files.slice(at, at + COMPARED_AT_ONCE).map(({ path }) => path);
    try {
      const { rows } = await statement<{ filename: string; digest: string }>("merge/record_digests", { paths }).execute(
        warehouse.db,
      );
      for (const { filename, digest } of rows) digests.set(names.get(filename)!, digest);
    } catch (error) {
      // which file it was, merging them one by one will tell
      await recover(warehouse, error);
    }
  }
  return digests;
}

/** Notes a snapshot that repeats the last one that was merged, record by record; false where that was another one. */
export async function noteRepeat(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  repeated: RawFileInfo,
): Promise<boolean> {
  const { org, read_at, run_id, name } = file;
  const newest = statement<{ raw_file: string; is_before: boolean }>("merge/newest_snapshot", { org, read_at });
  const { rows } = await newest.execute(tx);
  if (rows[0]?.raw_file !== repeated.name || !rows[0].is_before) return false;
  await statement("merge/repeat_snapshot", { org, read_at, run_id, raw_file: name, repeated: repeated.name }).execute(
    tx,
  );
  return true;
}
