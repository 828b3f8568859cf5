import { fingerprint, HASH, hashRecord, type Page, recordText } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";

/** One reading of a window of the log, page by page, to its end or to a limit. */
export interface LogReading {
  readonly pages: readonly Page[];
  /** Fingerprint → how many records have it; counted when asked for, which only a list that moved needs. */
  readonly counts: () => ReadonlyMap<number, number>;
  readonly records: number;
  /** The same record stood on two pages: the list moved, or two events are truly alike. */
  readonly repeats: boolean;
  /** One that repeats carries an `event_id`: the list surely moved, and what slipped off one page may stand on none. */
  readonly moved: boolean;
}

/** Sums up the pages of one reading. */
export function summarize(pages: readonly Page[]): LogReading {
  const records = pages.reduce((sum, page) => sum + page.starts.length, 0);
  const pageOf = new LastPages(records);
  let repeats = false;
  let moved = false;
  for (const [p, page] of pages.entries()) {
    for (let i = 0; i < page.starts.length; i++) {
      const before = pageOf.put(page, i, p);
      if (before === -1 || before === p) continue;
      repeats = true;
      moved ||= hasEventId(recordText(page, i));
    }
  }
  return { pages, counts: () => countPrints(pages), records, repeats, moved };
}

/** On which page each record was seen last: an open-addressed table of fingerprints, since a Map would box a number a record. */
class LastPages {
  readonly #mask: number;
  readonly #slots: Uint32Array;
  constructor(records: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, records * 2)));
    this.#mask = size - 1;
    this.#slots = new Uint32Array(size * 3);
  }
  /** Notes that record `i` stands on page number `p`; gives the page where it stood before, -1 where nowhere. */
  put(page: Page, i: number, p: number): number {
    hashRecord(page, i);
    const [high, low] = [HASH[0]!, HASH[1]!];
    const slots = this.#slots;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 3;
      if (slots[at + 2] === 0) {
        slots[at] = high;
        slots[at + 1] = low;
        slots[at + 2] = p + 1;
        return -1;
      }
      if (slots[at] === high && slots[at + 1] === low) {
        const before = slots[at + 2]! - 1;
        slots[at + 2] = p + 1;
        return before;
      }
    }
  }
}

function countPrints(pages: readonly Page[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const page of pages) {
    for (let i = 0; i < page.starts.length; i++) {
      const print = fingerprint(page, i);
      counts.set(print, (counts.get(print) ?? 0) + 1);
    }
  }
  return counts;
}

function hasEventId(text: string): boolean {
  try {
    return Boolean((JSON.parse(text) as { event_id?: unknown } | null)?.event_id);
  } catch {
    return false;
  }
}

/** Whether two readings saw the same records equally often. */
export function sameRecords(a: LogReading, b: LogReading): boolean {
  if (a.records !== b.records) return false;
  const [counts, others] = [a.counts(), b.counts()];
  if (counts.size !== others.size) return false;
  for (const [print, count] of counts) if (others.get(print) !== count) return false;
  return true;
}

/**
 * The records to keep of readings that never agreed: every record that any of them saw, as often as the reading that saw
 * it least often, and once where one of them did not see it at all. A record pushed onto a second page by newer ones is
 * so counted once; none is lost.
 */
export function reconcile(readings: readonly LogReading[]): PageRows[] {
  const least = new Map<number, number>();
  const seen = readings.map((reading) => reading.counts());
  for (const counts of seen) for (const print of counts.keys()) least.set(print, 0);
  for (const print of least.keys()) {
    least.set(print, Math.max(1, Math.min(...seen.map((counts) => counts.get(print) ?? 0))));
  }
  const rows: PageRows[] = [];
  for (const { pages } of readings) {
    for (const [p, page] of pages.entries()) {
      const only: number[] = [];
      for (let i = 0; i < page.starts.length; i++) {
        const print = fingerprint(page, i);
        const left = least.get(print) ?? 0;
        if (left === 0) continue;
        least.set(print, left - 1);
        only.push(i);
      }
      if (only.length > 0) rows.push({ page, number: p + 1, only });
    }
  }
  return rows;
}

/** The `timestamp` of each record of a page in milliseconds; NaN where there is none that can be read. */
export function timestampsOf(page: Page): number[] {
  return page.starts.map((_, i) => timestampOf(page, i));
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** The `timestamp` of record `i` in milliseconds, or NaN; one without a zone is UTC, as it is to the engine. */
export function timestampOf(page: Page, i: number): number {
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
