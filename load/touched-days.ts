import { sql } from "kysely";
import type { Statements } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/**
 * Which days' facts changed since the checks last held stands in `ops.touched_days`, written in the transaction that changes
 * them: what stands on the days of the history is made anew for these alone. They are forgotten once the checks hold, so that a
 * run that is killed before leaves them to the next.
 */
export async function touchDaysOf(tx: Statements, files: readonly { readonly name: string }[]): Promise<void> {
  await statement("load/touch_days_of_files", { files: files.map(({ name }) => name) }).execute(tx);
}

/** Every day there is: what was known of them is not to be trusted any more. */
export async function touchAllDays(db: Statements): Promise<void> {
  await db.insertInto("ops.touched_days").values({ org: null, activity_date: null }).execute();
}

/** Whether every day counts as touched. */
export async function areAllTouched(db: Statements): Promise<boolean> {
  const one = await db
    .selectFrom("ops.touched_days")
    .select("org")
    .where("org", "is", null)
    .limit(1)
    .executeTakeFirst();
  return one !== undefined;
}

/**
 * Lets `work`, in the transaction `tx`, find under the name `fct_usage` the facts of the touched days only; stored views follow.
 * Its bounds let the engine pass over all other days unread.
 */
export async function withTouchedFacts<T>(tx: Statements, work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(tx);
  // with its database's name: any shorter one means the view itself
  const facts = sql.id(rows[0]!.name, "main", "fct_usage");
  await sql`
    create temp view fct_usage as
    select facts.*
    from ${facts} as facts
    semi join ops.touched_days as touched
      on touched.org = facts.org and touched.activity_date = cast(facts.occurred_at as date)
    where facts.occurred_at >= (select min(activity_date) from ops.touched_days)
      and facts.occurred_at < (select max(activity_date) + interval 1 day from ops.touched_days)`.execute(tx);
  const done = await work();
  await sql`drop view temp.fct_usage`.execute(tx);
  return done;
}

/** The days that were made anew and hold are touched no more. */
export async function forgetTouchedDays(tx: Statements): Promise<void> {
  await tx.deleteFrom("ops.touched_days").execute();
}
