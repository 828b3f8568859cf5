import { readFileSync } from "node:fs";
import { type RawBuilder, sql } from "kysely";

const FOLDER = new URL("../sql/transform/", import.meta.url);

/** What may stand for a `$name` of a query. */
export type Value = string | number | boolean | Date | readonly string[];

const texts = new Map<string, string>();

/** The text of one file in sql/transform. */
export function textOf(name: string): string {
  const text = texts.get(name) ?? readFileSync(new URL(`${name}.sql`, FOLDER), "utf8");
  texts.set(name, text);
  return text;
}

/** The scalar macros that the queries share; the writer's connection has them from its opening. */
export const macros = (): string => textOf("macros");

/**
 * One statement of sql/transform with its values. They are written into the text, not bound: the engine plans by them, and opens the files that they name.
 * @throws Error where a value is missing or is not asked for
 */
export function query<T = unknown>(name: string, values: Readonly<Record<string, Value>> = {}): RawBuilder<T> {
  // comments may name a value, too
  const text = textOf(name)
    .replace(/^ *--.*\n/gm, "")
    .trim();
  const parts = text.split(/\$([a-z]\w*)/);
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
