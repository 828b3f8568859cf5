import { readFileSync } from "node:fs";
import { type RawBuilder, sql } from "kysely";

const FOLDER = new URL("../sql/", import.meta.url);

/** What may stand for a `$name` of a query. */
export type Value = string | number | boolean | Date | readonly string[];

const texts = new Map<string, string>();

/** The text of `sql/<path>.sql` without its comments, which may name values, too. */
export function sqlText(path: string): string {
  const text =
    texts.get(path) ??
    readFileSync(new URL(`${path}.sql`, FOLDER), "utf8")
      .replace(/^ *--.*\n/gm, "")
      .trim();
  texts.set(path, text);
  return text;
}

/** The text of one query of sql/transform. */
export const textOf = (name: string): string => sqlText(`transform/${name}`);

/** The scalar macros that the queries share; the writer's connection has them from its opening. */
export const macros = (): string => textOf("macros");

/**
 * One statement of sql/transform with its values. They are written into the text, not bound: the engine plans by them, and opens the files that they name.
 * @throws Error where a value is missing or is not asked for
 */
export function query<T = unknown>(name: string, values: Readonly<Record<string, Value>> = {}): RawBuilder<T> {
  const parts = textOf(name).split(/\$([a-z]\w*)/);
  const asked = new Set(parts.filter((_, i) => i % 2 === 1));
  for (const value of Object.keys(values))
    if (!asked.has(value)) throw new Error(`sql/transform/${name}.sql asks for no $${value}`);
  return sql<T>`${sql.join(
    parts.map((part, i) =>
      i % 2 === 0 ? sql.raw(part) : literal(values[part], `sql/transform/${name}.sql: $${part}`),
    ),
    sql``,
  )}`;
}

function literal(value: Value | undefined, what: string): RawBuilder<unknown> {
  if (value === undefined) throw new Error(`${what} has no value`);
  if (value instanceof Date) return sql.raw(`timestamp '${value.toISOString().replace("T", " ").replace("Z", "")}'`);
  if (typeof value === "object") return sql`[${sql.join(value.map((one) => sql.lit(one)))}]`;
  return sql.lit(value);
}
