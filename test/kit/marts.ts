import { readdirSync, readFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";

const root = new URL("../../sql/", import.meta.url);

export type SqlFile = { name: string; text: string };

/** The files of one folder under sql/, by name. */
export function sqlFiles(folder: "marts" | "reports" | "checks" | "migrations"): SqlFile[] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.slice(0, -".sql".length),
      text: readFileSync(new URL(`${folder}/${file}`, root), "utf8"),
    }));
}

export function sqlFile(folder: "marts" | "reports" | "checks", name: string): string {
  return readFileSync(new URL(`${folder}/${name}.sql`, root), "utf8");
}

function header(text: string, key: string): string | undefined {
  return text.match(new RegExp(`^-- ${key}: (.+)$`, "m"))?.[1]?.trim();
}

/** The marts in an order in which each one follows what it reads. */
export function martsInOrder(): SqlFile[] {
  const files = new Map(sqlFiles("marts").map((file) => [file.name, file]));
  const order = new Set<SqlFile>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`no mart named ${name}`);
    if (order.has(file)) return;
    for (const earlier of header(file.text, "after")?.split(",") ?? []) add(earlier.trim());
    order.add(file);
  };
  for (const name of files.keys()) add(name);
  return [...order];
}

export async function migrate(connection: DuckDBConnection): Promise<void> {
  for (const { text } of sqlFiles("migrations")) await connection.run(text);
}

export async function createMarts(connection: DuckDBConnection): Promise<void> {
  for (const { name, text } of martsInOrder()) {
    const kind = header(text, "materialized") ?? "view";
    const schema = header(text, "schema") ?? "main";
    await connection.run(`create or replace ${kind} ${schema}.${name} as ${text}`);
  }
}
