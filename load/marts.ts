import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { sql } from "kysely";
import { SQL_FOLDER } from "./warehouse/migrate.ts";
import type { WarehouseFile } from "./warehouse/open.ts";

/** A relation that is one select statement in sql/marts; its header says how it is kept. */
export interface Mart {
  readonly name: string;
  readonly schema: string;
  readonly isTable: boolean;
  readonly after: readonly string[];
  readonly text: string;
}

/** The marts, each after those it reads. */
export async function loadMarts(): Promise<Mart[]> {
  const names = (await readdir(new URL("marts/", SQL_FOLDER))).filter((name) => name.endsWith(".sql")).sort();
  const marts = await Promise.all(names.map((name) => readMart(name.slice(0, -".sql".length))));
  return inOrder(marts);
}

async function readMart(name: string): Promise<Mart> {
  const text = await readFile(new URL(`marts/${name}.sql`, SQL_FOLDER), "utf8");
  const header = (key: string) => new RegExp(`^-- ${key}: *(.+)$`, "m").exec(text)?.[1]?.trim();
  const after = header("after")?.split(/\s*,\s*/) ?? [];
  return { name, schema: header("schema") ?? "main", isTable: header("materialized") === "table", after, text };
}

function inOrder(marts: readonly Mart[]): Mart[] {
  const ordered: Mart[] = [];
  const open = new Set(marts);
  while (open.size > 0) {
    const ready = [...open].filter((mart) => ![...open].some((other) => mart.after.includes(other.name)));
    if (ready.length === 0)
      throw new Error(`sql/marts: ${[...open].map((mart) => mart.name).join(", ")} wait for each other`);
    for (const mart of ready) open.delete(mart);
    ordered.push(...ready);
  }
  return ordered;
}

/**
 * The tables that a report of another moment makes anew, as temp tables, once it has a temp table `seat_moments` of its own:
 * those that stand on it, in order. Stored views between them follow the temp tables.
 */
export async function judgedMarts(): Promise<Mart[]> {
  const marts = await loadMarts();
  const moved = new Set(["seat_moments"]);
  for (const { name, after } of marts) if (after.some((read) => moved.has(read))) moved.add(name);
  return marts.filter(({ name, isTable }) => isTable && moved.has(name));
}

/**
 * Makes every mart anew, in one transaction: readers of the writer's file never see half of them. A view whose text is the one
 * it was made of, as its comment tells, is left alone.
 */
export async function buildMarts({ transaction }: WarehouseFile): Promise<void> {
  const marts = await loadMarts();
  await transaction(async (tx) => {
    const run = (text: string) => sql.raw(text).execute(tx);
    const { rows } = await sql<{ name: string; kind: string; comment: string | null }>`
      select schema_name || '.' || view_name as name, 'VIEW' as kind, comment from duckdb_views() where not internal
      union all
      select schema_name || '.' || table_name, 'TABLE', null from duckdb_tables()`.execute(tx);
    const known = new Map(rows.map((row) => [row.name, row]));
    for (const { name, schema, isTable, text } of marts) {
      const relation = `${schema}.${name}`;
      const before = known.get(relation);
      const digest = createHash("md5").update(text).digest("hex");
      if (before && (before.kind === "VIEW") === isTable) await run(`drop ${before.kind} ${relation}`);
      else if (!isTable && before?.comment === digest) continue;
      await run(`create or replace ${isTable ? "table" : "view"} ${relation} as ${text}`);
      if (!isTable) await run(`comment on view ${relation} is '${digest}'`);
    }
  });
}
