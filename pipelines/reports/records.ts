import type { QueryRows } from "../../load/warehouse/rows.ts";

/** A row by the names of its columns. */
export type RowRecord = Readonly<Record<string, unknown>>;

/** The rows, each by the names of its columns. */
export function toRecords({ columns, rows }: QueryRows): RowRecord[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}

/** A figure as a number; null where it is missing or no number. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Text; empty where it is missing. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
