import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { sql } from "kysely";
import { makeAllDays, renewTouchedDays } from "./day-marts.ts";
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
  /** A table of `org, activity_date` and figures that reads `fct_usage` alone: of days whose facts did not change, it stays as it is. */
  readonly isByDay: boolean;
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
  const kept = header("materialized");
  return {
    name,
    schema: header("schema") ?? "main",
    isTable: kept !== undefined,
    isByDay: kept === "by day",
    reads,
    text,
  };
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

/** What is there under a mart's name, and of which text it was made. */
interface Before {
  readonly name: string;
  readonly kind: "VIEW" | "TABLE";
  readonly comment: string | null;
}

/**
 * Loads the seeds and makes every mart anew, in one transaction: readers of the writer's file never see half of them. A view that
 * was made of the same text, as its comment says, is left alone; of what is kept by day, so are the days that were not touched.
 */
export async function buildMarts({ db, transaction }: Pick<WarehouseFile, "db" | "transaction">): Promise<void> {
  const marts = await loadMarts(db);
  await transaction(async (tx) => {
    await loadSeeds(tx);
    const { rows } = await statement<Before>("load/relations").execute(tx);
    const known = new Map(rows.map((row) => [row.name, row]));
    const byDay = marts.filter(({ isByDay }) => isByDay);
    const areSame = byDay.every((mart) => known.get(relationOf(mart))?.comment === digestOf(mart));
    const areRenewed =
      areSame &&
      (await renewTouchedDays(
        tx,
        byDay.map((mart) => ({ relation: relationOf(mart), text: mart.text })),
      ));
    for (const mart of marts) if (!(mart.isByDay && areRenewed)) await make(tx, mart, known.get(relationOf(mart)));
  });
}

const relationOf = ({ schema, name }: Mart) => `${schema}.${name}`;
const digestOf = ({ text }: Mart) => createHash("md5").update(text).digest("hex");

async function make(tx: Statements, mart: Mart, before: Before | undefined): Promise<void> {
  const { isTable, isByDay, text } = mart;
  const [relation, digest] = [relationOf(mart), digestOf(mart)];
  const run = (statement: string) => sql.raw(statement).execute(tx);
  if (before && (before.kind === "VIEW") === isTable) await run(`drop ${before.kind} ${relation}`);
  else if (!isTable && before?.comment === digest) return;
  if (isByDay) {
    await makeAllDays(tx, relation, text);
    await run(`comment on table ${relation} is '${digest}'`);
    return;
  }
  const kind = isTable ? "table" : "view";
  await run(`create or replace ${kind} ${relation} as ${text}`);
  if (!isTable) await run(`comment on view ${relation} is '${digest}'`);
}
