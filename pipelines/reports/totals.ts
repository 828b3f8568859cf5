import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { SAVINGS, STATUSES } from "./labels.ts";
import { numberOf, textOf, toRecords } from "./records.ts";

const SUMMED: readonly string[] = [
  "seats_purchased",
  "seats_assigned",
  "seats_spare",
  ...STATUSES,
  "cost_month",
  ...SAVINGS.map(([name]) => name),
];

/**
 * The rows of `seat_summary` added up over organizations: one row a currency, since money of two is not added. What no
 * organization knows is null; what only some know is the sum of those.
 */
export function totalOf(summary: QueryRows): QueryRows {
  const sums = new Map<string, (number | null)[]>();
  for (const row of toRecords(summary)) {
    const currency = textOf(row.currency);
    const before = sums.get(currency) ?? SUMMED.map(() => null);
    sums.set(
      currency,
      SUMMED.map((name, i) => sumOf(before[i]!, numberOf(row[name]))),
    );
  }
  const columns: Column[] = [
    { name: "currency", type: "text" },
    ...SUMMED.map((name): Column => ({ name, type: "number" })),
  ];
  return { columns, rows: [...sums].map(([currency, values]) => [currency === "" ? null : currency, ...values]) };
}

/** To the cent, as what is added up; null where there is no figure. */
export function sumOf(before: number | null, value: number | null): number | null {
  if (before === null || value === null) return before ?? value;
  return Math.round((before + value) * 100) / 100;
}
