import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { areAllTouched, forgetTouchedDays, withTouchedFacts } from "./touched-days.ts";
import { SQL_FOLDER } from "./warehouse/migrate.ts";
import type { Statements, WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** A law that does not hold: the check's name, how many rows break it, what the first of them is, and what to do. */
export interface FailedCheck {
  readonly name: string;
  readonly rows: number;
  readonly first: string;
  readonly next: string;
}

/** All facts are checked this often; in between, those of the days that were touched. */
const FULL_CHECK_DAYS = 7;

/**
 * Runs sql/checks on the facts of the touched days, and on all of them where every day was touched or the last time is long ago.
 * Where they hold, the days are touched no more.
 */
export async function runChecks({ transaction }: WarehouseFile): Promise<{ checks: number; failed: FailedCheck[] }> {
  return transaction(async (tx) => {
    const isFull = await isFullDue(tx);
    const ran = await (isFull ? check(tx) : checkTouched(tx));
    if (ran.failed.length > 0) return ran;
    await forgetTouchedDays(tx);
    if (isFull) {
      await tx.deleteFrom("ops.full_checks").execute();
      await tx.insertInto("ops.full_checks").values({ checked_at: new Date() }).execute();
    }
    return ran;
  });
}

async function checkTouched(tx: Statements) {
  await statement("load/name_touched_files").execute(tx);
  const ran = await withTouchedFacts(tx, { columns: "*", withActors: false }, () => check(tx));
  await sql`reset variable checked_files`.execute(tx);
  return ran;
}

async function isFullDue(tx: Statements): Promise<boolean> {
  if (await areAllTouched(tx)) return true;
  const due = { now: new Date(), days: FULL_CHECK_DAYS };
  const { rows } = await statement<{ is_due: boolean }>("load/full_check_is_due", due).execute(tx);
  return rows[0]!.is_due;
}

/** Each check is a query that returns no row when all is well; its header says what to do when it does. */
async function check(tx: Statements): Promise<{ checks: number; failed: FailedCheck[] }> {
  const names = (await readdir(new URL("checks/", SQL_FOLDER))).filter((name) => name.endsWith(".sql")).sort();
  const failed: FailedCheck[] = [];
  for (const name of names) {
    const text = await readFile(new URL(`checks/${name}`, SQL_FOLDER), "utf8");
    const { rows } = await sql.raw<{ detail: string }>(text).execute(tx);
    const [first] = rows;
    if (first)
      failed.push({
        name: name.slice(0, -".sql".length),
        rows: rows.length,
        first: String(first.detail).slice(0, 300),
        next: /^-- next: (.+)$/m.exec(text)?.[1] ?? "",
      });
  }
  return { checks: names.length, failed };
}
