import { type Expression, sql } from "kysely";
import type { Statements } from "../warehouse/open.ts";

/** Makes a temp table of what a query gives, in the place of the last one of this name. */
export async function makeTemp(db: Statements, name: string, query: Expression<unknown>): Promise<void> {
  await sql`create or replace temp table ${sql.table(name)} as ${query}`.execute(db);
}

/** Makes a temp view of a query, in the place of the last one of this name: nothing is kept of it. */
export async function makeTempView(db: Statements, name: string, query: Expression<unknown>): Promise<void> {
  await sql`create or replace temp view ${sql.table(name)} as ${query}`.execute(db);
}
