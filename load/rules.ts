import { sql } from "kysely";
import { FACTS_VERSION, renamedFacts, rulesVersion } from "../transform/naming.ts";
import { addMetActions } from "./merge/met-actions.ts";
import { touchAllDays } from "./touched-days.ts";
import type { WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** How the rules that made the facts of a warehouse differ from this program's. */
export type RulesChange = "none" | "names" | "facts";

/** Compares the rules that made the facts with today's. A warehouse that does not say was made by the first version. */
export async function rulesChange({ db }: WarehouseFile, version = rulesVersion()): Promise<RulesChange> {
  const { rows } = await statement<{ facts_version: number; rules_version: string }>("load/newest_rules").execute(db);
  const made = rows[0] ?? { facts_version: 1, rules_version: "" };
  if (made.facts_version !== FACTS_VERSION) return "facts";
  return made.rules_version === version ? "none" : "names";
}

/**
 * Gives every fact the names that `dim_action` has for it now, one source action after the other: a run that is killed half-way
 * leaves the rest to the next, since the rules are noted last. Tells how many facts changed.
 */
export async function renameFacts(warehouse: WarehouseFile): Promise<number> {
  const { db } = warehouse;
  await touchAllDays(db);
  await addMetActions(db, "fct_usage");
  const rows = await db.selectFrom("fct_usage").select("source_action").distinct().execute();
  let renamed = 0;
  for (const { source_action } of rows) {
    const { numAffectedRows } = await sql`
      update fct_usage as fact
      set action = new.action, category = new.category, verb = new.verb, subject = new.subject
      from (${renamedFacts(source_action)}) as new
      where fact.rowid = new.row`.execute(db);
    renamed += Number(numAffectedRows ?? 0n);
  }
  return renamed;
}

/** Notes that all facts are of today's rules. */
export async function noteRules(
  { db }: WarehouseFile,
  {
    programVersion,
    factsRenamed,
    version = rulesVersion(),
  }: { programVersion: string; factsRenamed: number; version?: string },
): Promise<void> {
  await db
    .insertInto("ops.rules")
    .values({
      facts_version: FACTS_VERSION,
      rules_version: version,
      program_version: programVersion,
      set_at: new Date(),
      facts_renamed: factsRenamed,
    })
    .execute();
}
