import type { QueryRows } from "../../load/warehouse/rows.ts";
import { numberOf, type RowRecord, textOf, toRecords } from "./records.ts";

/** What a report comes to, in one sentence; `org` is null in the sentence for all organizations together. */
export interface Conclusion {
  readonly org: string | null;
  readonly text: string;
}

/**
 * The answer before everything else: one sentence for all organizations where there are several, then one for each, by the rows
 * of `seat_summary` and `seats`. What can go now are the seats to reclaim, and nothing else; money of several currencies is not added.
 */
export function conclusionOf(summary: QueryRows, seats: QueryRows): Conclusion[] {
  const [orgs, all] = [toRecords(summary), toRecords(seats)];
  const own = orgs.map((org) => {
    const seatsOfOrg = all.filter((seat) => seat.org === org.org);
    return { org: textOf(org.org), text: sentence([org], seatsOfOrg) };
  });
  return orgs.length > 1 ? [{ org: null, text: sentence(orgs, all) }, ...own] : own;
}

function sentence(orgs: readonly RowRecord[], seats: readonly RowRecord[]): string {
  const to = (what: string) => seats.filter(({ recommendation }) => recommendation === what);
  const [reclaim, review, invites] = [to("reclaim"), to("review").length, to("cancel_invite")];
  const spare = orgs.reduce((sum, { seats_spare }) => sum + (numberOf(seats_spare) ?? 0), 0);
  const parts = [
    reclaim.length === 0
      ? "No seat can go now"
      : `${counted(reclaim.length, "seat")} can go now${inBrackets(yearText(reclaim))}`,
  ];
  if (review > 0) parts.push(`${review} to ask about`);
  if (spare > 0)
    parts.push(
      `${spare} ${spare === 1 ? "was" : "were"} never assigned${inBrackets(sumsText(orgs, "saving_year_spare"))}`,
    );
  if (invites.length > 0)
    parts.push(`${counted(invites.length, "invitation")} to cancel${inBrackets(sumsText(invites, "saving_year"))}`);
  return parts.join(", ");
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
const inBrackets = (text: string) => (text === "" ? "" : ` (${text})`);

/** `1 728 USD a year from 2027-02-01`; empty where no price is known. */
function yearText(seats: readonly RowRecord[]): string {
  const sums = sumsText(seats, "saving_year");
  if (sums === "") return "";
  const priced = seats.filter(({ saving_year }) => numberOf(saving_year) !== null);
  const days = [...new Set(priced.map(({ saving_effective_date: day }) => textOf(day)))].filter(Boolean).sort();
  const from = days.length === 0 ? "" : ` from ${days[0]}${days.length > 1 ? `, the last from ${days.at(-1)}` : ""}`;
  const unpriced = seats.length - priced.length;
  return `${sums} a year${from}${unpriced > 0 ? `; the price of ${unpriced} is not known` : ""}`;
}

/** The sums of a column, one a currency; empty where it has no value. */
export function sumsText(rows: readonly RowRecord[], column: string): string {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const [amount, currency] = [numberOf(row[column]), textOf(row.currency)];
    if (amount !== null) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return [...sums].map(([currency, sum]) => `${amountText(sum)} ${currency}`.trim()).join(" and ");
}

const amounts = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1 728`, `183.96`: cents only where there are some. */
export function amountText(amount: number): string {
  return amounts.format(amount).replaceAll(",", " ").replace(/\.00$/, "");
}
