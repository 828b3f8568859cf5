import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { buildMarts } from "../../../load/marts.ts";
import { loadActionRules } from "../../../load/merge/actions.ts";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { readRows } from "../../../load/warehouse/rows.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const HEADER = `-- The warehouse as readers find it: every relation with its columns, whatever makes it (sql/migrations, sql/marts).
-- Made by test/load/warehouse/schema.test.ts from a new warehouse; "npx vitest run test/load/warehouse/schema.test.ts -u" writes it again.
`;

/** What the SQL files say of each relation: the comment before `create table`, the first lines of a mart. */
function grains(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync("sql/migrations")) {
    const text = readFileSync(join("sql/migrations", name), "utf8");
    for (const [, comment, relation] of text.matchAll(/((?:^-- .*\n)+)create table ([\w.]+)/gm))
      found.set(relation!.includes(".") ? relation! : `main.${relation}`, comment!);
  }
  for (const file of readdirSync("sql/marts", { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".sql")) continue;
    const text = readFileSync(join("sql/marts", file), "utf8");
    const schema = /^-- schema: *(\w+)/m.exec(text)?.[1] ?? "main";
    const lines = text.split("\n");
    const end = lines.findIndex((line) => !line.startsWith("-- ") || /^-- (schema|materialized):/.test(line));
    found.set(`${schema}.${basename(file, ".sql")}`, `${lines.slice(0, end).join("\n")}\n`);
  }
  return found;
}

it("sql/schema.sql tells every relation of a new warehouse, its grain and its columns", async () => {
  const warehouse = await openWriter(emptyFolder());
  await migrate(warehouse, "0.0.0");
  await loadActionRules(warehouse);
  await buildMarts(warehouse);
  const { rows } = await readRows(
    warehouse.connection,
    `select c.schema_name || '.' || c.table_name, any_value(v.view_name) is not null,
       list(c.column_name || ' ' || lower(c.data_type) || case when c.is_nullable then '' else ' not null' end order by column_index)
     from duckdb_columns() as c
     left join duckdb_views() as v on v.schema_name = c.schema_name and v.view_name = c.table_name
     where c.database_name = current_database() and c.schema_name in ('main', 'ops') and not c.internal
     group by all order by 1`,
  );
  warehouse.close();
  const said = grains();
  const relations = (rows as [string, boolean, string[]][]).map(([name, isView, columns]) => {
    if (name !== "main.schema_migrations") expect(said.get(name), name).toMatch(/^-- /);
    const grain = said.get(name) ?? "-- one row per migration that was applied\n";
    return `${grain}create ${isView ? "view" : "table"} ${name} (\n${columns.map((column) => `  ${column}`).join(",\n")}\n);\n`;
  });
  expect(relations.length).toBeGreaterThan(25);
  await expect(`${HEADER}\n${relations.join("\n")}`).toMatchFileSnapshot("../../../sql/schema.sql");
});
