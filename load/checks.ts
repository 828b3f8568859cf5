import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { SQL_FOLDER } from "./migrate.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A law that does not hold: the check's name, how many rows break it, and the first of them. */
export interface FailedCheck {
  readonly name: string;
  readonly rows: number;
  readonly first: string;
}

/** Runs sql/checks: each is a query that returns no row when all is well. */
export async function runChecks({ db }: WarehouseFile): Promise<{ checks: number; failed: FailedCheck[] }> {
  const names = (await readdir(new URL("checks/", SQL_FOLDER))).filter((name) => name.endsWith(".sql")).sort();
  const failed: FailedCheck[] = [];
  for (const name of names) {
    const text = await readFile(new URL(`checks/${name}`, SQL_FOLDER), "utf8");
    const { rows } = await sql.raw(text).execute(db);
    const [first] = rows;
    if (first)
      failed.push({
        name: name.slice(0, -".sql".length),
        rows: rows.length,
        first: JSON.stringify(first, (_, value) => (typeof value === "bigint" ? Number(value) : value)).slice(0, 300),
      });
  }
  return { checks: names.length, failed };
}
