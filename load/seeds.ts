import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { SQL_FOLDER } from "./warehouse/migrate.ts";
import type { Statements } from "./warehouse/open.ts";

const SEEDS = new URL("seeds/", SQL_FOLDER);

/** What a word of a verdict is called, means, and which rule gives it, in the order in which reports show them. */
export interface VerdictWord {
  readonly word: string;
  readonly label: string;
  readonly meaning: string;
  readonly rule: string;
}

/** `dim_action` has the actions met in the data, too, and is loaded before the facts: `loadActionRules`. */
const LOADED_APART = "dim_action.csv";

/** Makes each table of a file in sql/seeds hold that file's rows and no other. */
export async function loadSeeds(tx: Statements): Promise<void> {
  const files = (await readdir(SEEDS)).filter((name) => name.endsWith(".csv") && name !== LOADED_APART);
  for (const file of files.sort()) {
    const table = basename(file, ".csv");
    await sql`delete from ${sql.table(table)}`.execute(tx);
    await sql`insert into ${sql.table(table)} by name from ${rowsOfSeed(table)}`.execute(tx);
  }
}

/** The words of this program, whatever the warehouse that is open: an older one has no table of them. */
export async function readVerdictWords(db: Statements, kind: "status" | "recommendation"): Promise<VerdictWord[]> {
  const { rows } = await sql<VerdictWord>`
    select ${sql.ref(kind)} as word, label, meaning, rule from ${rowsOfSeed(`dim_${kind}`)} order by position::integer`.execute(
    db,
  );
  return rows;
}

function rowsOfSeed(table: string) {
  const path = fileURLToPath(new URL(`${table}.csv`, SEEDS));
  return sql`read_csv(${sql.lit(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`;
}
