import { availableParallelism } from "node:os";
import { sql } from "kysely";
import type { Statements, WarehouseFile } from "./open.ts";

/**
 * What a writer's engine may take of the machine. Beside reading: one core, and little memory, since pages are held, too. Alone:
 * two cores, for each that inserts holds a group of rows, and leaves one that is not full, which the checkpoint writes again. To
 * judge what was loaded: all cores, and the memory that the run took before.
 */
export type EngineShare = "beside" | "alone" | "judging";

const CORES: Readonly<Record<EngineShare, number>> = {
  beside: 1,
  alone: Math.min(2, availableParallelism()),
  judging: availableParallelism(),
};

/** Sets what the engine may take from now on; an engine that ran out of memory and was opened anew has all of it. */
export async function giveEngine(
  db: Statements,
  { memory }: Pick<WarehouseFile, "memory">,
  share: EngineShare,
): Promise<void> {
  await sql`set threads = ${sql.lit(CORES[share])}`.execute(db);
  await sql`set memory_limit = ${sql.lit(memory[share === "alone" ? "alone" : "beside"])}`.execute(db);
}
