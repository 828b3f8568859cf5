import { type RawBuilder, sql } from "kysely";
import { makeTemp } from "./merge/temp-table.ts";
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
  await db.insertInto("ops.touched_days").values({ org: null, activity_date: null, actor: null }).execute();
}

/** As many events are copied to be looked at apart from all others; more are no small part of the history. */
const MOST_COPIED = 2_000_000;

/** Whether every day counts as touched. */
export async function areAllTouched(db: Statements): Promise<boolean> {
  const { rows } = await statement<{ are_all: boolean; is_much: boolean }>("load/touched_is_much", {
    most: MOST_COPIED,
  }).execute(db);
  const { are_all, is_much } = rows[0]!;
  if (is_much && !are_all) await touchAllDays(db);
  return are_all || is_much;
}

/** What is looked at of the touched days. */
export interface Touched {
  readonly columns: string;
  /** Facts of actors of whom alone a day was touched, too: these may lie on all days of a quarter. */
  readonly withActors: boolean;
}

/**
 * Lets `work`, in the transaction `tx`, find under the name `fct_usage` the facts of the touched days only; stored views follow.
 * These columns of them are copied once, since days far apart may be touched.
 */
export async function withTouchedFacts<T>(
  tx: Statements,
  { columns, withActors }: Touched,
  work: () => Promise<T>,
): Promise<T> {
  await statement("load/touched_range").execute(tx);
  const facts = statement("load/touched_facts", { with_actors: withActors });
  await makeTemp(tx, "touched_facts", sql`select ${sql.raw(columns)} from (${facts})`);
  const done = await withFacts(tx, sql`touched_facts`, work);
  await sql`drop table touched_facts`.execute(tx);
  return done;
}

/** The same with the facts from one day on, and before another (`YYYY-MM-DD`). */
export async function withFactsOf<T>(tx: Statements, { from, before }: Days, work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(tx);
  // with its database's name: any shorter one means the view itself
  const facts = sql.id(rows[0]!.name, "main", "fct_usage");
  const [begin, end] = [sql.lit(from), sql.lit(before)];
  return withFacts(
    tx,
    sql`${facts} where occurred_at >= ${begin}::timestamp and occurred_at < ${end}::timestamp`,
    work,
  );
}

export interface Days {
  readonly from: string;
  readonly before: string;
}

async function withFacts<T>(tx: Statements, which: RawBuilder<unknown>, work: () => Promise<T>): Promise<T> {
  await sql`create temp view fct_usage as select * from ${which}`.execute(tx);
  const done = await work();
  await sql`drop view temp.fct_usage`.execute(tx);
  return done;
}

/** The days that were made anew and hold are touched no more. */
export async function forgetTouchedDays(tx: Statements): Promise<void> {
  await tx.deleteFrom("ops.touched_days").execute();
}
