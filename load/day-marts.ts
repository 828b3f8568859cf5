import { sql } from "kysely";
import { areAllTouched, type Days, touchAllDays, withFactsOf, withTouchedFacts } from "./touched-days.ts";
import type { Statements } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** A mart that is kept by day: the table's name with its schema, and its query over `fct_usage`. */
export interface DayMart {
  readonly relation: string;
  readonly text: string;
}

/** Days of together so many facts are made at once, a single day aside: what the engine keeps of a group cannot leave its memory. */
const FACTS_AT_ONCE = 250_000;

/** What these marts read of a fact. */
const READ = { columns: "org, actor, actor_kind, occurred_at, action, source, via_token", withActors: true };

/** Makes the touched days of these marts anew, by the same text over fewer facts; false where that is not enough. */
export async function renewTouchedDays(tx: Statements, marts: readonly DayMart[]): Promise<boolean> {
  if (await areAllTouched(tx)) return false;
  for (const { relation } of marts)
    await sql`
      delete from ${sql.raw(relation)}
      where (org, activity_date) in (select (org, activity_date) from ops.touched_days where actor is null)
        or (org, activity_date, actor) in (select (org, activity_date, actor) from ops.touched_days where actor is not null)`.execute(
      tx,
    );
  await withTouchedFacts(tx, READ, async () => {
    for (const { relation, text } of marts)
      await sql`insert into ${sql.raw(relation)} by name ${sql.raw(text)}`.execute(tx);
  });
  const { rows } = await statement<{ agree: boolean }>("load/totals_agree").execute(tx);
  if (rows[0]!.agree) return true;
  // somebody changed facts by hand
  await touchAllDays(tx);
  return false;
}

/** Makes all days of a mart, a few at a time. */
export async function makeAllDays(tx: Statements, relation: string, text: string): Promise<void> {
  await sql`create or replace table ${sql.raw(relation)} as from (${sql.raw(text)}) limit 0`.execute(tx);
  for (const days of await spansOfDays(tx))
    await withFactsOf(tx, days, () => sql`insert into ${sql.raw(relation)} by name ${sql.raw(text)}`.execute(tx));
}

async function spansOfDays(tx: Statements): Promise<Days[]> {
  const { rows } = await statement<Days>("load/spans_of_days", { most: FACTS_AT_ONCE }).execute(tx);
  return rows;
}
