import { type RawBuilder, sql } from "kysely";
import { sqlText } from "../../transform/query.ts";

/**
 * The statement in `sql/<name>.sql`, its `$parameter`s bound to `values`. A person runs the same file by hand with the engine's own
 * `prepare` and `execute`.
 */
export function statement<Row = unknown>(
  name: string,
  values: Readonly<Record<string, unknown>> = {},
): RawBuilder<Row> {
  const parts = sqlText(name)
    .split(/\$([a-z_]\w*)/)
    .map((part, i) => {
      if (i % 2 === 0) return sql.raw(part);
      if (!Object.hasOwn(values, part)) throw new Error(`sql/${name}.sql needs a value for $${part}`);
      return sql.val(values[part]);
    });
  return sql.join<Row>(parts, sql.raw(""));
}
