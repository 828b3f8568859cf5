import { fingerprint, HASH, hashRecord, type Page, recordText } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";
import { timestampOf } from "./timestamp.ts";

/** One reading of a window of the log, page by page, to its end or to a limit. */
export interface LogReading {
  readonly pages: readonly Page[];
  /** The time of each record; NaN where it has none. */
  readonly times: Float64Array;
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
  const times = timesOf(pages);
  const suspects = suspectsOf(pages, times);
  const pageOf = new LastPages(suspects.reduce((sum, { length }) => sum + length, 0));
  let repeats = false;
  let moved = false;
  for (const [p, page] of pages.entries()) {
    for (const i of suspects[p]!) {
      const before = pageOf.put(page, i, p);
      if (before === -1 || before === p) continue;
      repeats = true;
      moved ||= hasEventId(recordText(page, i));
    }
  }
  return { pages, times, counts: () => countPrints(pages), records: times.length, repeats, moved };
}

/**
 * Of each page, the records that may stand on another, too. In the order of time these are only those of the very time at
 * which the page before ends or the page after begins, usually none; without order, all.
 */
function suspectsOf(pages: readonly Page[], times: Float64Array): number[][] {
  const isOrdered = inOrder(times, -1) || inOrder(times, 1);
  let end = 0;
  return pages.map(({ starts }) => {
    const begin = end;
    end += starts.length;
    const [before, after] = [times[begin - 1], times[end]];
    const suspects: number[] = [];
    for (let i = 0; i < starts.length; i++) {
      const time = times[begin + i];
      if (!isOrdered || time === before || time === after) suspects.push(i);
    }
    return suspects;
  });
}

function timesOf(pages: readonly Page[]): Float64Array {
  const times = new Float64Array(pages.reduce((sum, page) => sum + page.starts.length, 0));
  let at = 0;
  for (const page of pages) for (let i = 0; i < page.starts.length; i++) times[at++] = timestampOf(page, i);
  return times;
}

/** Whether each time is known and none goes against the direction: 1 oldest first, -1 newest first. */
export function inOrder(times: Float64Array, direction: 1 | -1): boolean {
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(times[i]) || (i > 0 && (times[i]! - times[i - 1]!) * direction < 0)) return false;
  }
  return true;
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
