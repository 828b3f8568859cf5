import { amountText } from "./conclusion.ts";
import { MONEY } from "./labels.ts";
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
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

/** A figure as a person reads it. */
export function figureText(name: string, value: unknown, currency: string): string {
  const number = numberOf(value);
  if (number === null) return MISSING;
  if (name === "utilization") return percent.format(number);
  const text = MONEY.has(name) ? amountText(number) : whole.format(number);
  const together = text.replaceAll(/[ ,]/g, "\u00a0");
  return MONEY.has(name) ? `${together} ${currency}`.trim() : together;
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
