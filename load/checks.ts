import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { SQL_FOLDER } from "./warehouse/migrate.ts";
import type { WarehouseFile } from "./warehouse/open.ts";

/** A law that does not hold: the check's name, how many rows break it, what the first of them is, and what to do. */
export interface FailedCheck {
  readonly name: string;
  readonly rows: number;
  readonly first: string;
  readonly next: string;
}

/** Runs sql/checks: each is a query that returns no row when all is well; its header says what to do when it does. */
export async function runChecks({ db }: WarehouseFile): Promise<{ checks: number; failed: FailedCheck[] }> {
  const names = (await readdir(new URL("checks/", SQL_FOLDER))).filter((name) => name.endsWith(".sql")).sort();
  const failed: FailedCheck[] = [];
  for (const name of names) {
    const text = await readFile(new URL(`checks/${name}`, SQL_FOLDER), "utf8");
    const { rows } = await sql.raw<{ detail: string }>(text).execute(db);
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
