import { isoTimestamp } from "./plain-text.ts";

const UNITS = [
  ["day", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** How long ago a time is, in people's words: `20 min ago`, `3 h ago`, `2 days ago`. */
export function ago(at: string, now: Date): string {
  const ms = now.getTime() - Date.parse(at);
  const [unit, length] = UNITS.find(([name, one]) => ms >= (name === "day" ? 2 * one : one)) ?? [null, 1];
  if (unit === null) return ms < -60_000 ? "ahead of this clock" : "just now";
  const count = Math.floor(ms / length);
  return `${count} ${unit}${unit === "day" ? "s" : ""} ago`;
}

/** `20 min ago (2026-11-24T16:05:46Z)`; `never` where there is no time. */
export function agoText(at: unknown, now: Date): string {
  if (at === null || at === undefined) return "never";
  return `${ago(String(at), now)} (${wholeSeconds(at)})`;
}

/** A time as a person reads it: without fractions of a second. */
export function wholeSeconds(at: unknown): string {
  return isoTimestamp(at).replace(/\.\d+Z$/, "Z");
}
