import { type Kysely, sql, type Transaction } from "kysely";
import { batchFiles } from "../../transform/auditlog.ts";
import { type PullFile, type PullSource, pullFacts } from "../../transform/pulls.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { useFullMemory, type WarehouseFile } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { makeTemp } from "./temp-table.ts";

/** A raw file of pulls as the rows of `incoming_pulls_summed` name it: by its place in the list. */
export type NamedFile = Pick<RawFileInfo, "path" | "name" | "org" | "first_org" | "read_at" | "run_id">;

/** Rows of one file, from which on the engine is given all the memory that it may have. */
const MANY_ROWS = 250_000;

/** A day's report is merged as a whole, and so is an export, whatever its size. */
export async function useMemoryFor(
  own: Kysely<Warehouse>,
  { records }: Pick<RawFileInfo, "records">,
  warehouse: Pick<WarehouseFile, "memoryLimit">,
): Promise<void> {
  if (records > MANY_ROWS) await useFullMemory(own, warehouse);
}

/** A raw file with the keys of its records: all of a file have the same. */
export async function withKeys(db: Kysely<Warehouse>, file: NamedFile): Promise<PullFile> {
  const { rows } = await statement<{ key: string }>("merge/payload_keys", { path: file.path }).execute(db);
  const { path, org, read_at } = file;
  return { path, org, read_at, keys: rows.map(({ key }) => key) };
}

/** Adds the facts of `incoming_pulls_summed`, which counts the rows of these files; gives how many. `known_people` must be there. */
export async function addPullFacts(
  tx: Transaction<Warehouse>,
  files: readonly NamedFile[],
  source: PullSource,
): Promise<number> {
  const given = files.map(({ path, name, org, first_org: firstOrg, read_at: readAt, run_id: runId }) => ({
    ...{ path, name, org, firstOrg, readAt, runId },
    runNumber: 0,
  }));
  await makeTemp(tx, "incoming_files", batchFiles(given));
  await statement("merge/touch_summed_days").execute(tx);
  const { numAffectedRows } = await sql`insert into fct_usage by name ${pullFacts(source)}`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** Gives back what the sums of a large file take. */
export async function forgetSums(own: Kysely<Warehouse>): Promise<void> {
  await sql`drop table incoming_pulls_summed`.execute(own);
}
