import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter } from "../../load/warehouse/open.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { emptyFolder } from "../kit/at-work.ts";

/** What TypeScript calls the values of a column. */
const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: "string",
  JSON: "string",
  BOOLEAN: "boolean",
  INTEGER: "number",
  DOUBLE: "number",
  "DECIMAL(18,2)": "number",
  BIGINT: "BigInt64",
  TIMESTAMP: "Date",
  DATE: "Day",
  "VARCHAR[]": "string[]",
  'STRUCT(username VARCHAR, "until" DATE, reason VARCHAR)[]':
    "{ username: string | null; until: Date | null; reason: string | null }[]",
};

type Columns = Record<string, string>;

/** The fields of each row type, with the text of their types. */
function interfaces(): Map<string, Columns> {
  const text = ["ops-tables", "warehouse"].map((name) => readFileSync(`transform/${name}.ts`, "utf8")).join("\n");
  const found = new Map<string, Columns>();
  for (const [, name, base, body] of text.matchAll(
    /^(?:export )?interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm,
  )) {
    const fields = [...body!.matchAll(/^ {2}"?([\w.]+)"?: (.+);$/gm)].map(([, field, type]) => [field!, type!]);
    found.set(name!, { ...(base ? found.get(base) : {}), ...Object.fromEntries(fields) });
  }
  return found;
}

it("`Tables` names every table of the migrations, each column with the type of its values", async () => {
  const warehouse = await openWriter(emptyFolder());
  await migrate(warehouse, "0.0.0");
  const { rows } = await readRows(
    warehouse.connection,
    `select case when schema_name = 'main' then '' else schema_name || '.' end || table_name, column_name, data_type, is_nullable
     from duckdb_columns()
     where database_name = current_database() and not internal
       and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())`,
  );
  warehouse.close();
  const real: Record<string, Columns> = {};
  for (const [table, column, type, isNullable] of rows as [string, string, string, boolean][])
    real[table] = { ...real[table], [column]: `${TYPES[type] ?? type}${isNullable ? " | null" : ""}` };

  const rowTypes = interfaces();
  const typed = Object.entries(rowTypes.get("Tables")!).map(([table, row]) => [table, rowTypes.get(row)]);
  expect(Object.fromEntries(typed)).toEqual(real);
});
