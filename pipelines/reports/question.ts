import { readFile } from "node:fs/promises";
import { SQL_FOLDER } from "../../load/warehouse/migrate.ts";

/** The text of sql/questions/<name>.sql: what a report asks on its way; its `$1`, `$2` are the engine's own parameters. */
export function questionText(name: string): Promise<string> {
  return readFile(new URL(`questions/${name}.sql`, SQL_FOLDER), "utf8");
}
