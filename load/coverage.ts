import { join } from "node:path";
import type { ExpressionBuilder } from "kysely";
import type { Warehouse } from "../transform/warehouse.ts";
import { engineFailure } from "./warehouse/engine-failure.ts";
import type { WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** Files of an organization, whatever the capitals of its name. */
const isOf = (org: string) => (eb: ExpressionBuilder<Warehouse, "ops.loaded_files">) =>
  eb(eb.fn<string>("lower", ["org"]), "=", eb.fn<string>("lower", [eb.cast(eb.val(org), "varchar")]));

/** Windows of an organization's log that were read to their end by ordinary runs, in milliseconds; a range that was read again by hand does not count. */
export async function coveredWindows(
  { db }: WarehouseFile,
  org: string,
  stream: string,
): Promise<{ from: number; to: number; version: string }[]> {
  const rows = await db
    .selectFrom("ops.loaded_files")
    .select(["window_from", "window_to", "version"])
    .where(isOf(org))
    .where("stream", "=", stream)
    .where("kind", "in", ["window", "report"])
    .$narrowType<{ window_from: Date; window_to: Date }>()
    .orderBy("read_at")
    .execute();
  return rows.map((row) => ({
    from: row.window_from.getTime(),
    to: row.window_to.getTime(),
    version: row.version ?? "",
  }));
}

/** The oldest event that the source was last known to return, in milliseconds; null where no event was ever seen. */
export async function knownOldest({ db }: WarehouseFile, org: string, stream: string): Promise<number | null> {
  const { rows } = await statement<{ oldest: Date | null }>("load/known_oldest", { org, stream }).execute(db);
  return rows[0]?.oldest?.getTime() ?? null;
}

/** Whether a stream of an organization was ever read: where it was, not reading it is a failure. */
export async function wasRead({ db }: Pick<WarehouseFile, "db">, org: string, stream: string): Promise<boolean> {
  const rows = await db
    .selectFrom("ops.loaded_files")
    .select("raw_file")
    .where("org", "=", org)
    .where("stream", "=", stream)
    .where("kind", "<>", "unused")
    .limit(1)
    .execute();
  return rows.length > 0;
}

/** How many facts each of these raw files brought, by its name. */
export async function factsOfFiles({ db }: WarehouseFile, files: readonly string[]): Promise<Map<string, number>> {
  if (files.length === 0) return new Map();
  const rows = await db
    .selectFrom("ops.loaded_files")
    .select(["raw_file", "facts"])
    .where("raw_file", "in", files)
    .execute();
  return new Map(rows.map(({ raw_file, facts }) => [raw_file, Number(facts)]));
}

/** The raw files that were merged, by name. */
export async function loadedFiles({ db }: WarehouseFile): Promise<Set<string>> {
  const rows = await db.selectFrom("ops.loaded_files").select("raw_file").execute();
  return new Set(rows.map((row) => row.raw_file));
}

/**
 * The records of the newest list of a stream that was merged for an organization, in their order; none where there is no such
 * file any more, or none that can be read: the list is then taken for new.
 */
export async function newestRecords({ db, dataDir }: WarehouseFile, org: string, stream: string): Promise<string[]> {
  const [newest] = await db
    .selectFrom("ops.loaded_files")
    .select("raw_file")
    .where(isOf(org))
    .where("stream", "=", stream)
    .orderBy("raw_file", "desc")
    .limit(1)
    .execute();
  if (!newest) return [];
  const path = join(dataDir, newest.raw_file);
  try {
    const { rows } = await statement<{ payload: string }>("load/payloads", { path }).execute(db);
    return rows.map((row) => row.payload);
  } catch (error) {
    if (engineFailure(error) === "ends run") throw error;
    return [];
  }
}
