import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildMarts } from "../../load/marts.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter } from "../../load/warehouse/open.ts";
import { emptyFolder } from "../kit/at-work.ts";

const names = readdirSync("sql/questions").map((file) => file.replace(/\.sql$/, ""));
const code = readdirSync("pipelines/reports")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(`pipelines/reports/${file}`, "utf8"))
  .join("\n");

it("each question is asked by a report, and one that is asked is there", () => {
  const asked = [...code.matchAll(/sqlText\("questions\/([^"]+)"\)/g)].map(([, name]) => name!);
  expect([...new Set(asked)].sort()).toEqual([...names].sort());
});

it.each(names)("sql/questions/%s.sql says what a row of it is, and a person can prepare it by hand", async (name) => {
  const text = readFileSync(`sql/questions/${name}.sql`, "utf8");
  expect(text).toMatch(/^-- one row per /);
  const warehouse = await openWriter(emptyFolder());
  await migrate(warehouse, "0.0.0");
  await buildMarts(warehouse);
  await warehouse.connection.run(`prepare asked as ${text}`);
  warehouse.close();
});
