import { readdir, readFile } from "node:fs/promises";
import { SQL_FOLDER } from "./migrate.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A law that does not hold: the check's name, how many rows break it, and the first of them. */
export interface FailedCheck {
  readonly name: string;
  readonly rows: number;
  readonly first: string;
}

/** Runs sql/checks: each is a query that returns no row when all is well. */
export async function runChecks({ connection }: WarehouseFile): Promise<{ checks: number; failed: FailedCheck[] }> {
  const names = (await readdir(new URL("checks/", SQL_FOLDER))).filter((name) => name.endsWith(".sql")).sort();
  const failed: FailedCheck[] = [];
  for (const name of names) {
    const text = await readFile(new URL(`checks/${name}`, SQL_FOLDER), "utf8");
    const reader = await connection.runAndReadAll(text);
    const [first] = reader.getRowObjectsJson();
    if (first)
      failed.push({
        name: name.slice(0, -".sql".length),
        rows: reader.currentRowCount,
        first: JSON.stringify(first).slice(0, 300),
      });
  }
  return { checks: names.length, failed };
}
