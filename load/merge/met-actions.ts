import { sql } from "kysely";
import type { Statements } from "../warehouse/open.ts";

/** Actions that only the data know get a row of their own in `dim_action`, category and verb from their name. */
export async function addMetActions(db: Statements, met: "incoming" | "fct_usage"): Promise<void> {
  await sql`
    insert into dim_action (source_action, action, category, verb, is_usage, is_automation_likely, known_since, is_known, label, meaning)
    select distinct source_action, source_action, coalesce(nullif(split_part(source_action, '.', 1), ''), 'unknown'),
      coalesce(nullif(split_part(source_action, '.', -1), ''), 'unknown'), false, false, null, false, null, null
    from ${sql.table(met)}
    where ${met === "incoming" ? sql`reason is null` : sql`true`} and source_action not in (select source_action from dim_action)`.execute(
    db,
  );
}
