import { conclusionOf } from "./conclusion.ts";
import { escapeHtml, figureText, isolated } from "./html-text.ts";
import { labelOf, STATUSES } from "./labels.ts";
import type { LicenseDocument } from "./license-document.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";
import { totalOf } from "./totals.ts";
import { withAmountsTogether } from "./wrap.ts";

/** The first screen: what to do and what it saves, over all and for each organization, then the sums. */
export function answer(document: LicenseDocument, summary: readonly RowRecord[]): string {
  if (summary.length === 0) return '<p class="warn">Nothing was loaded yet.</p>';
  const [first, ...rest] = conclusionOf(document.summary, document.every ?? document.seats);
  const each = rest.map(({ org, text }) => `<li><b>${isolated(org)}</b>: ${sentenceHtml(text)}.</li>`);
  const list = each.length === 0 ? "" : `<ul class="each">${each.join("\n")}</ul>`;
  const sentence = first === undefined ? "" : `<p class="answer">${sentenceHtml(first.text)}.</p>`;
  return `<section aria-label="What to do">${sentence}
${list}
<p><a href="#seats">Which seats, and why</a></p>
${summary.length > 1 ? totalsTable(document, summary) : ""}</section>`;
}

const sentenceHtml = (text: string) => withAmountsTogether(escapeHtml(text));

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

function totalsTable(document: LicenseDocument, summary: readonly RowRecord[]): string {
  const totals = toRecords(totalOf(document.summary));
  const head = COLUMNS.map(([, label]) => `<th scope="col" class="number">${escapeHtml(label)}</th>`);
  const line = (row: RowRecord, name: string) => {
    const cells = COLUMNS.map(
      ([column]) => `<td class="number">${figureText(column, row[column], textOf(row.currency))}</td>`,
    );
    return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
  };
  const nameOf = ({ currency }: RowRecord) =>
    totals.length > 1
      ? `All in ${textOf(currency) === "" ? "no currency" : escapeHtml(currency)}`
      : "All organizations";
  const saving = 5;
  const seats = COLUMNS.length - saving - 1;
  return `<div class="scroll" role="region" tabindex="0" aria-label="All organizations"><table class="totals">
<caption>Seats and what they could save; the savings are by how sure they are, and not to be added up</caption>
<thead><tr><td></td><th scope="colgroup" colspan="${seats}">Seats</th><td></td><th scope="colgroup" colspan="${saving}">Possible saving a year</th></tr>
<tr><th scope="col">Organization</th>${head.join("")}</tr></thead>
<tbody class="total">${totals.map((row) => line(row, nameOf(row))).join("\n")}</tbody>
<tbody>${summary.map((row) => line(row, isolated(row.org))).join("\n")}</tbody></table></div>`;
}
