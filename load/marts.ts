import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { sql } from "kysely";
import { inOrder, readsOf } from "./mart-order.ts";
import { loadSeeds } from "./seeds.ts";
import { SQL_FOLDER } from "./warehouse/migrate.ts";
import type { Statements, WarehouseFile } from "./warehouse/open.ts";
import { statement } from "./warehouse/statement.ts";

/** A relation that is one select statement below sql/marts; its header says how it is kept, its text what it reads. */
export interface Mart {
  readonly name: string;
  readonly schema: string;
  readonly isTable: boolean;
  readonly reads: ReadonlySet<string>;
  readonly text: string;
}

const MARTS = new URL("marts/", SQL_FOLDER);

/** The marts, each after those it reads. */
export async function loadMarts(db: Statements): Promise<Mart[]> {
  const files = (await readdir(MARTS, { recursive: true })).filter((file) => file.endsWith(".sql")).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file.replaceAll("\\", "/"), MARTS), "utf8")));
  const reads = await readsOf(db, texts);
  return inOrder(files.map((file, i) => martOf(basename(file, ".sql"), texts[i]!, reads[i]!)));
}

function martOf(name: string, text: string, reads: ReadonlySet<string>): Mart {
  const header = (key: string) => new RegExp(`^-- ${key}: *(.+)$`, "m").exec(text)?.[1]?.trim();
  return { name, schema: header("schema") ?? "main", isTable: header("materialized") === "table", reads, text };
}

/**
 * The tables that a report of another moment makes anew, as temp tables, once it has a temp table `seat_moments` of its own:
 * those that stand on it, in order. Stored views between them follow the temp tables.
 */
export async function judgedMarts(db: Statements): Promise<Mart[]> {
  const marts = await loadMarts(db);
  const moved = new Set(["seat_moments"]);
  for (const { name, reads } of marts) if ([...reads].some((read) => moved.has(read))) moved.add(name);
  return marts.filter(({ name, isTable }) => isTable && moved.has(name));
}

/**
 * Loads the seeds and makes every mart anew, in one transaction: readers of the writer's file never see half of them. A view whose text is the one
 * it was made of, as its comment says, is left alone.
 */
export async function buildMarts({ db, transaction }: WarehouseFile): Promise<void> {
  const marts = await loadMarts(db);
  await transaction(async (tx) => {
    await loadSeeds(tx);
    const run = (text: string) => sql.raw(text).execute(tx);
    const { rows } = await statement<{ name: string; kind: string; comment: string | null }>("load/relations").execute(
      tx,
    );
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
