import { type Page, recordText } from "./page.ts";

/** The `timestamp` of each record of a page in milliseconds; NaN where there is none that can be read. */
export function timestampsOf(page: Page): number[] {
  return page.starts.map((_, i) => timestampOf(page, i));
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** The `timestamp` of record `i` in milliseconds, or NaN; one without a zone is UTC, as it is to the engine. */
export function timestampOf(page: Page, i: number): number {
  return usualTime(page.bytes, page.stamps[i]!) ?? parsedTime(page, i);
}

const QUOTE = 0x22;
const DIGIT_0 = 0x30;
/** The days that a month has in every year, by its number. */
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The time in the text at `at` where it has the usual form, `"2026-03-04T05:06:07Z"` with a fraction or without; null where
 * it has another, and on days that not every year has, or no month.
 */
function usualTime(bytes: Buffer, at: number): number | null {
  if (at < 0 || bytes[at] !== QUOTE || bytes[at + 5] !== 0x2d || bytes[at + 8] !== 0x2d || bytes[at + 11] !== 0x54)
    return null;
  if (bytes[at + 14] !== 0x3a || bytes[at + 17] !== 0x3a) return null;
  const year = twoDigits(bytes, at + 1) * 100 + twoDigits(bytes, at + 3);
  const month = twoDigits(bytes, at + 6);
  const day = twoDigits(bytes, at + 9);
  const hour = twoDigits(bytes, at + 12);
  const minute = twoDigits(bytes, at + 15);
  const second = twoDigits(bytes, at + 18);
  if (!(year >= 1000 && day >= 1 && day <= (DAYS[month] ?? 0))) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;
  let end = at + 20;
  let ms = 0;
  if (bytes[end] === 0x2e) {
    for (let worth = 100; isDigit(bytes[++end]); worth /= 10) ms += (bytes[end]! - DIGIT_0) * Math.floor(worth);
    if (end === at + 21) return null;
  }
  if (bytes[end] !== 0x5a || bytes[end + 1] !== QUOTE) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/** NaN where there are none, which compares as false. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at];
  const ones = bytes[at + 1];
  return isDigit(tens) && isDigit(ones) ? (tens - DIGIT_0) * 10 + ones - DIGIT_0 : Number.NaN;
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= DIGIT_0 && byte <= 0x39;
}

function parsedTime(page: Page, i: number): number {
  try {
    const record: unknown = JSON.parse(recordText(page, i));
    const value = typeof record === "object" && record !== null ? (record as { timestamp?: unknown }).timestamp : null;
    const [, day, time = "00:00", zone = "Z"] = (typeof value === "string" && TIMESTAMP.exec(value.trim())) || [];
    if (day === undefined) return Number.NaN;
    return Date.parse(`${day}T${time}${offsetOf(zone)}`);
  } catch {
    return Number.NaN;
  }
}

/** `Date.parse` does not know `UTC` or `+02`. */
function offsetOf(zone: string): string {
  if (/^[a-z]/i.test(zone)) return "Z";
  return zone.length === 3 ? `${zone}:00` : zone;
}
