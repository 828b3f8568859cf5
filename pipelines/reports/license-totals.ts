import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf, toRecords } from "./records.ts";
import { sumOf } from "./totals.ts";

/** What the tables call the columns of `seat_summary`. */
const SEATS: readonly (readonly [name: string, column: string])[] = [
  ["bought", "seats_purchased"],
  ["seats", "seats_assigned"],
  ["spare", "seats_spare"],
  ...STATUSES.map((word) => [{ never_active: "never", pending_invite: "invited" }[word] ?? word, word] as const),
];
const MONEY = [
  ["cost_month", "cost_month"],
  ["spare", "saving_year_spare"],
  ["high", "saving_year_high"],
  ["medium", "saving_year_medium"],
  ["low", "saving_year_low"],
  ["invites", "saving_year_invites"],
] as const;

/** The totals of a license report: seats, then money with its currency; a row an organization, and one for all where there are several. */
export function licenseTotals(summary: QueryRows): QueryRows[] {
  const orgs = toRecords(summary);
  if (orgs.length === 0) return [];
  const has = (column: string) => orgs.some((row) => numberOf(row[column]) !== null);
  const seats = rowsOf(orgs, SEATS);
  const money = MONEY.filter(([, column]) => has(column));
  if (money.length === 0) return [seats];
  const priced = orgs.filter((row) => money.some(([, column]) => numberOf(row[column]) !== null));
  return [seats, rowsOf(priced, money, "currency")];
}

function rowsOf(
  orgs: readonly RowRecord[],
  shown: readonly (readonly [string, string])[],
  unit?: "currency",
): QueryRows {
  const number = (name: string): Column => ({ name, type: "number" });
  const text = (name: string): Column => ({ name, type: "text" });
  const line = (org: string, currency: string, value: (column: string) => unknown) => [
    org,
    ...(unit ? [currency] : []),
    ...shown.map(([, column]) => value(column)),
  ];
  const rows = orgs.map((row) => line(textOf(row.org), textOf(row.currency), (column) => row[column] ?? null));
  const currencies = unit ? [...new Set(orgs.map((row) => textOf(row.currency)))] : [""];
  const all = currencies.map((currency) => {
    const alike = unit ? orgs.filter((row) => textOf(row.currency) === currency) : orgs;
    return line("all", currency, (column) => alike.map((row) => numberOf(row[column])).reduce(sumOf, null));
  });
  return {
    columns: [text("org"), ...(unit ? [text(unit)] : []), ...shown.map(([name]) => number(name))],
    rows: orgs.length > 1 ? [...rows, ...all] : rows,
  };
}
