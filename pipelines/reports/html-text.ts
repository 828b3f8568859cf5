import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { labelOf, MONEY } from "./labels.ts";
import { plainText } from "./plain-text.ts";
import { numberOf, textOf } from "./records.ts";

/** Shown where there is nothing to say. */
export const MISSING = "–";

/** Text as HTML that says just that, in an element or an attribute. */
export function escapeHtml(text: unknown): string {
  const marks: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return textOf(text)
    .replace(/[&<>"']/g, (mark) => marks[mark]!)
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, "\ufffd");
}

/** Text that somebody else wrote, kept from turning the text around it. */
export function isolated(text: unknown): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

/** A figure as a person reads it. */
export function figureText(name: string, value: unknown, currency: string): string {
  const number = numberOf(value);
  if (number === null) return MISSING;
  if (name === "utilization") return percent.format(number);
  return MONEY.has(name) ? `${cents.format(number)} ${currency}`.trim() : whole.format(number);
}

/** A figure with its exact value in the page, so that it can be compared with the other formats. */
export function figure(name: string, value: unknown, currency: string): string {
  const number = numberOf(value);
  if (number === null) return `<span data-figure="${escapeHtml(name)}">${MISSING}</span>`;
  const text = escapeHtml(figureText(name, value, currency));
  return `<data data-figure="${escapeHtml(name)}" value="${number}">${text}</data>`;
}

/** `2026-09-30 12:00 UTC`. */
export function momentText(value: unknown): string {
  const text = textOf(value);
  return text === "" ? MISSING : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

/** `YYYY-MM-DD` of a timestamp or a date; null where it is missing. */
export function dayOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value).slice(0, 10);
}

/** A table with a caption and headings; it scrolls sideways on its own where the page is narrow. */
export function staticTable(
  caption: string,
  { columns, rows }: QueryRows,
  currencyOf: (row: readonly unknown[]) => string,
): string {
  const head = columns.map(({ name, type }) => `<th scope="col"${numeric(type)}>${escapeHtml(labelOf(name))}</th>`);
  const body = rows.map((row) => {
    const cells = columns.map(({ name, type }, i) => {
      const tag = i === 0 ? "th" : "td";
      const scope = i === 0 ? ' scope="row"' : "";
      return `<${tag}${scope}${numeric(type)}>${cellHtml({ name, type }, row[i], currencyOf(row))}</${tag}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

const numeric = (type: Column["type"]) => (type === "number" ? ' class="number"' : "");

function cellHtml({ name, type }: Column, value: unknown, currency: string): string {
  if (type === "number") return escapeHtml(figureText(name, value, currency));
  if (value === null || value === undefined) return MISSING;
  if (type === "timestamp") return escapeHtml(momentText(value).replace(" UTC", ""));
  if (type === "boolean") return value === true ? "yes" : "no";
  return isolated(plainText(value, type));
}
