import type { QueryRows } from "../../load/warehouse/rows.ts";
import { suggestion } from "../near-match.ts";
import { UsageError } from "../usage-error.ts";

/** The columns asked for, in that order; all where none are. @throws UsageError where there is no such column */
export function onlyColumns({ columns, rows }: QueryRows, names: readonly string[] | undefined): QueryRows {
  if (names === undefined) return { columns, rows };
  const known = columns.map(({ name }) => name);
  if (names.length === 0) throw new UsageError(`--columns names none; there are: ${known.join(", ")}`);
  const at = names.map((name) => {
    const exact = known.indexOf(name);
    const found = exact >= 0 ? exact : known.findIndex((other) => other.toLowerCase() === name.toLowerCase());
    if (found >= 0) return found;
    throw new UsageError(
      `--columns: there is no column "${name}"${suggestion(name, known)}; there are: ${known.join(", ")}`,
    );
  });
  return { columns: at.map((i) => columns[i]!), rows: rows.map((row) => at.map((i) => row[i])) };
}

/** The rows with the columns that only others of the same rows have. */
export function withColumnsOf(rows: QueryRows, others: QueryRows): QueryRows {
  const own = new Set(rows.columns.map(({ name }) => name));
  const more = others.columns.map((_, i) => i).filter((i) => !own.has(others.columns[i]!.name));
  return {
    columns: [...rows.columns, ...more.map((i) => others.columns[i]!)],
    rows: rows.rows.map((row, n) => [...row, ...more.map((i) => others.rows[n]?.[i])]),
  };
}
