import { readFileSync } from "node:fs";
import { type RawBuilder, sql } from "kysely";
import { SQL_FOLDER } from "./migrate.ts";

const texts = new Map<string, string>();

/**
 * The statement in `sql/<name>.sql`, its `$parameter`s bound to `values`. A person runs the same file by hand with the engine's own
 * `prepare` and `execute`.
 */
export function statement<Row = unknown>(
  name: string,
  values: Readonly<Record<string, unknown>> = {},
): RawBuilder<Row> {
  const text = texts.get(name) ?? readStatement(name);
  texts.set(name, text);
  const parts = text.split(/\$([a-z_]\w*)/).map((part, i) => {
    if (i % 2 === 0) return sql.raw(part);
    if (!Object.hasOwn(values, part)) throw new Error(`sql/${name}.sql needs a value for $${part}`);
    return sql.val(values[part]);
  });
  return sql.join<Row>(parts, sql.raw(""));
}

/** Without its comments, which may name parameters. */
function readStatement(name: string): string {
  return readFileSync(new URL(`${name}.sql`, SQL_FOLDER), "utf8").replace(/^ *--.*\n/gm, "");
}
