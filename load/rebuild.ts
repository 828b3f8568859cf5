import { access, rename } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { merges } from "./merge/merges.ts";
import { touchAllDays } from "./touched-days.ts";
import {
  openWriter,
  PUBLISHED_FILE,
  STATE_FILE,
  UnreadableWarehouseError,
  type WarehouseFile,
} from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** What is made from the raw zone; runs, settings, people, decisions and warnings are not, and stay. */
const FROM_RAW = [
  "fct_usage",
  "dim_action",
  "ops.loaded_files",
  "ops.organizations",
  "ops.rejected",
  ...Object.values(merges).flatMap(({ tables }) => tables),
];

/** Opens the writer's warehouse; one that cannot be read any more is moved out of the way (`.broken`). */
export async function openForRebuild(dataDir: string): Promise<WarehouseFile> {
  try {
    return await openWriter(dataDir);
  } catch (error) {
    if (!(error instanceof UnreadableWarehouseError)) throw error;
    const path = join(dataDir, STATE_FILE);
    await rename(path, `${path}.broken`);
    await rename(`${path}.wal`, `${path}.wal.broken`).catch(() => {});
    return openWriter(dataDir);
  }
}

/** Empties what is made from the raw zone, in one transaction. */
export async function clearForRebuild({ db, transaction }: WarehouseFile): Promise<void> {
  await transaction(async (tx) => {
    for (const table of FROM_RAW) await sql`delete from ${sql.table(table)}`.execute(tx);
    await touchAllDays(tx);
  });
  await sql`checkpoint`.execute(db);
}

/** A new warehouse takes settings, people, decisions and the history of runs from the published one, where that is still there. */
export async function carrySettings({ db, dataDir }: WarehouseFile): Promise<void> {
  const path = join(dataDir, PUBLISHED_FILE);
  const { rows } = await statement<{ n: bigint }>("load/count_settings_and_runs").execute(db);
  if (Number(rows[0]?.n) > 0 || !(await exists(path))) return;
  try {
    await sql`attach ${sql.lit(path)} as published (read_only)`.execute(db);
  } catch {
    return; // nothing can be carried over from a file that cannot be read
  }
  try {
    for (const table of ["license_settings", "people", "decisions", "runs", "warnings", "connections"]) {
      const { rows: known } = await statement("load/published_table", { name: table }).execute(db);
      // one that an older docktally published has fewer
      if (known.length === 0) continue;
      await sql`insert into ${sql.table(`ops.${table}`)} by name select * from ${sql.id("published", "ops", table)}`.execute(
        db,
      );
    }
  } finally {
    await sql`detach published`.execute(db);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Facts in the warehouse. */
export async function countFacts({ db }: WarehouseFile): Promise<number> {
  const { n } = await db
    .selectFrom("fct_usage")
    .select(({ fn }) => fn.countAll<bigint>().as("n"))
    .executeTakeFirstOrThrow();
  return Number(n);
}
