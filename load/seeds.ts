import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { readSeed } from "../transform/seed-file.ts";
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
  const renewals = files.sort().map((file) => {
    const name = basename(file, ".csv");
    const table = sql.table(name);
    return sql`delete from ${table}; insert into ${table} by name from ${rowsOfSeed(name)};`;
  });
  await sql.join(renewals, sql` `).execute(tx);
}

/** The words of this program, whatever the warehouse that is open: an older one has no table of them. */
export const STATUS_WORDS = verdictWords("status");
export const RECOMMENDATION_WORDS = verdictWords("recommendation");

function verdictWords(kind: "status" | "recommendation"): readonly VerdictWord[] {
  const text = [/\S/, "a text"] as const;
  const rows = readSeed({
    file: `dim_${kind}.csv`,
    columns: [
      [kind, /^[a-z_]+$/, "a word"],
      ["position", /^\d+$/, "a number"],
      ["label", ...text],
      ["meaning", ...text],
      ["rule", ...text],
    ],
  });
  return rows
    .toSorted((a, b) => Number(a.position) - Number(b.position))
    .map((row) => ({ word: row[kind], label: row.label, meaning: row.meaning, rule: row.rule }));
}

/** Each kind of evidence, by its name in `seats.sources_observed`, and what it tells of a person. */
export const EVIDENCE: ReadonlyMap<string, string> = new Map(
  readSeed({
    file: "dim_stream.csv",
    columns: [
      ["stream", /^[a-z_]+$/, "a word"],
      ["memory", /^(log|snapshot|catalog|report)$/, "log, snapshot, catalog or report"],
      ["reports_as", /^[a-z_]+$/, "a word"],
      ["evidence", /^[a-z_]*$/, "a word or nothing"],
      ["shows", /^/, "a text or nothing"],
    ],
  })
    .filter(({ evidence }) => evidence !== "")
    .map(({ evidence, shows }) => [evidence, shows] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

function rowsOfSeed(table: string) {
  const path = fileURLToPath(new URL(`${table}.csv`, SEEDS));
  return sql`read_csv(${sql.lit(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`;
}
