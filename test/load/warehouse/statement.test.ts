import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { migrate } from "../../../load/warehouse/migrate.ts";
import { openWriter } from "../../../load/warehouse/open.ts";
import { statement } from "../../../load/warehouse/statement.ts";
import { emptyFolder } from "../../kit/at-work.ts";

const folders = ["load", "merge"];
const names = folders.flatMap((folder) =>
  readdirSync(`sql/${folder}`).map((file) => `${folder}/${file.replace(/\.sql$/, "")}`),
);
const code = readdirSync("load", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(`load/${file}`, "utf8"))
  .join("\n");

it("every statement of sql/load and sql/merge is sent by somebody, and there is a file for each that is sent", () => {
  const sent = [...code.matchAll(/\bstatement(?:<[^(]*>)?\(\s*"([^"]+)"/g)].map(([, name]) => name!);
  expect(sent.length).toBeGreaterThan(20);
  expect([...new Set(sent)].sort()).toEqual([...names].sort());
});

it.each(names)("sql/%s.sql says in its first line what it gives or does, and is one statement", async (name) => {
  const text = readFileSync(`sql/${name}.sql`, "utf8");
  expect(text).toMatch(/^-- \S/);
  const warehouse = await openWriter(emptyFolder());
  const statements = await warehouse.connection.extractStatements(text);
  warehouse.close();
  expect(statements.count).toBe(1);
});

it("a parameter is bound wherever it stands, and a missing one is named", async () => {
  const warehouse = await openWriter(emptyFolder());
  await migrate(warehouse, "0.0.0");
  const names = { org: "ACME", read_at: new Date("2026-01-02T03:04:05Z") };
  await statement("load/add_organization", names).execute(warehouse.db);
  const { rows } = await statement("load/org_names", { org: "acme" }).execute(warehouse.db);
  warehouse.close();
  expect(rows).toEqual([{ org: "ACME", firstOrg: "ACME" }]);
  expect(() => statement("load/org_names")).toThrow("sql/load/org_names.sql needs a value for $org");
});
