import type { Conclusion } from "./conclusion.ts";
import { escapeHtml, figureText, isolated } from "./html-text.ts";
import { labelOf, STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

/** The first screen: what to do and what it saves, over all and for each organization, then the sums. */
export function answer(conclusions: readonly Conclusion[], summary: readonly RowRecord[]): string {
  if (summary.length === 0) return '<p class="warn">Nothing was loaded yet.</p>';
  const [first, ...rest] = conclusions;
  const each = rest.map(({ org, text }) => `<li><b>${isolated(org)}</b>: ${withMoneyTogether(text)}.</li>`);
  const list = each.length === 0 ? "" : `<ul class="each">${each.join("\n")}</ul>`;
  const sentence = first === undefined ? "" : `<p class="answer">${withMoneyTogether(first.text)}.</p>`;
  return `<section aria-label="What to do">${sentence}
${list}
<p><a href="#seats">Which seats these are, and why</a></p>
${summary.length > 1 ? totalsTable(summary) : ""}</section>`;
}

/** No line breaks within an amount. */
const withMoneyTogether = (text: string) => escapeHtml(text).replace(/(\d) (?=\d{3}\b|[A-Z]{3}\b)/g, "$1\u00a0");

const COLUMNS: readonly (readonly [name: string, label: string])[] = [
  ["seats_purchased", "Bought"],
  ["seats_assigned", "Assigned"],
  ["seats_spare", "Spare"],
  ...STATUSES.map((status) => [status, labelOf(status)] as const),
  ["cost_month", "Cost a month"],
  ["saving_year_spare", "Never assigned"],
  ["saving_year_high", "High confidence"],
  ["saving_year_medium", "Medium confidence"],
  ["saving_year_low", "Low confidence"],
  ["saving_year_invites", "Invitations"],
];

function totalsTable(summary: readonly RowRecord[]): string {
  const currencies = [...new Set(summary.map(({ currency }) => textOf(currency)))].sort();
  const totals = currencies.map((currency) => totalOf(summary.filter((row) => textOf(row.currency) === currency)));
  const head = COLUMNS.map(([, label]) => `<th scope="col" class="number">${escapeHtml(label)}</th>`);
  const line = (row: RowRecord, name: string) => {
    const cells = COLUMNS.map(
      ([column]) => `<td class="number">${figureText(column, row[column], textOf(row.currency))}</td>`,
    );
    return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
  };
  const nameOf = ({ currency }: RowRecord) =>
    currencies.length > 1 ? `All in ${escapeHtml(currency)}` : "All organizations";
  const saving = 5;
  const seats = COLUMNS.length - saving - 1;
  return `<div class="scroll" role="region" tabindex="0" aria-label="All organizations"><table class="totals">
<caption>Seats and what they could save; the savings are by how sure they are, and not to be added up</caption>
<thead><tr><td></td><th scope="colgroup" colspan="${seats}">Seats</th><td></td><th scope="colgroup" colspan="${saving}">Possible saving a year</th></tr>
<tr><th scope="col">Organization</th>${head.join("")}</tr></thead>
<tbody class="total">${totals.map((row) => line(row, nameOf(row))).join("\n")}</tbody>
<tbody>${summary.map((row) => line(row, isolated(row.org))).join("\n")}</tbody></table></div>`;
}

/** The sums over organizations of one currency; what is known of none stays unknown. */
function totalOf(rows: readonly RowRecord[]): RowRecord {
  const sums = COLUMNS.map(([name]) => {
    const known = rows.map((row) => numberOf(row[name])).filter((value) => value !== null);
    return [name, known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)];
  });
  return { ...Object.fromEntries(sums), currency: rows[0]?.currency };
}
