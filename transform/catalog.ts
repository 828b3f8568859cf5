import { type RawBuilder, sql } from "kysely";
import { reasonOf, records, textOf } from "./records.ts";

/** The source's own list of actions, parsed: one row a record, with the reason where it names no action. Path of one list's file. */
export function parsedCatalog(path: string): RawBuilder<unknown> {
  const text = (field: string) => textOf(sql`said.${sql.ref(field)}`);
  return sql`
    select
      raw_row,
      ${text("action")} as source_action,
      ${text("label")} as label,
      ${text("description")} as meaning,
      ${reasonOf(text("action"), "missing_action")} as reason,
      payload,
    from (${records(path, ["action", "label", "description"])})`;
}
