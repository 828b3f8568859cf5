import type { ValueType } from "../../load/warehouse/rows.ts";

/** `2026-01-02T03:04:05Z`: a fraction stays only where it says something. */
export function isoTimestamp(value: unknown): string {
  return String(value).replace(/\.(\d*?)0*(?=Z$)/, (_, digits: string) => (digits === "" ? "" : `.${digits}`));
}

/** A value as plain text for a person or a spreadsheet; null where it is missing or not a number. */
export function plainText(value: unknown, type: ValueType): string | null {
  if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return null;
  if (type === "timestamp") return isoTimestamp(value);
  if (type === "list" && Array.isArray(value)) return value.map((item) => String(item ?? "")).join("; ");
  if (typeof value === "object")
    return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner));
  return Object.is(value, -0) ? "0" : String(value);
}
