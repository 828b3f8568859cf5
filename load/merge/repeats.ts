import { sql, type Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import { recover } from "../warehouse/engine-failure.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
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
    const paths = files.slice(at, at + COMPARED_AT_ONCE).map(({ path }) => sql.lit(path));
    try {
      const { rows } = await sql<{ filename: string; digest: string }>`
        select filename, md5(string_agg(md5(payload), '' order by file_row_number)) as digest
        from read_parquet([${sql.join(paths)}], filename = true, file_row_number = true, hive_partitioning = false)
        group by filename`.execute(warehouse.db);
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
  const { rows } = await sql<{ raw_file: string; is_before: boolean }>`
    select raw_file, taken_at < ${file.read_at} as is_before from ops.member_snapshots
    where org = ${file.org} order by taken_at desc limit 1`.execute(tx);
  if (rows[0]?.raw_file !== repeated.name || !rows[0].is_before) return false;
  await sql`
    insert into ops.member_snapshots by name
    select * replace (${file.read_at} as taken_at, ${file.run_id} as run_id, ${file.name} as raw_file)
    from ops.member_snapshots where org = ${file.org} and raw_file = ${repeated.name}`.execute(tx);
  return true;
}
