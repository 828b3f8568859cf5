import { refuseForeignPage } from "./asked-range.ts";
import { RefusedError, SourceError } from "./hub/errors.ts";
import type { Limits } from "./hub/limits.ts";
import { inOrder, type LogReading, reconcile, sameRecords, summarize } from "./log-reading.ts";
import type { Page } from "./page.ts";
import { pagesOf } from "./paging.ts";
import type { PageRows } from "./raw/parquet.ts";
import { ReadAhead } from "./read-ahead.ts";
import { timestampsOf } from "./timestamp.ts";
import { FLOOR_MS, halves, remainder, subtract, type Window, wholeSecond } from "./windows.ts";

/** A log that is asked for by time, page by page. */
export interface TimedLog {
  readonly limits: Limits;
  fetch(asked: Window, page: number): Promise<Page>;
}

/** A window that was read to its end. */
export interface WindowRead {
  readonly window: Window;
  readonly pages: readonly PageRows[];
  readonly records: number;
  /** The list moved while it was read, and was read again. */
  readonly moved: boolean;
  /** Three readings never agreed. */
  readonly unsettled: boolean;
}

/** A window may turn out smaller than asked for; `rest` is what is still to be read. */
export interface WindowOutcome {
  readonly read: WindowRead | null;
  readonly rest: readonly Window[];
}

const MOST_READINGS = 3;
/** Whether `from` is inclusive is documented nowhere, so each window asks from a second earlier; merging drops the overlap. */
const OVERLAP_MS = 1000;
/** A server that gives one page again and again ignores the page number. */
const SAME_PAGES = 2;

/**
 * Reads one window of a log: pages counted by us until an empty one. Where a record repeats across pages the window is read again
 * until two readings agree. A window that proves too deep keeps what was read of it, if the order allows, and leaves the rest.
 * `onPage` hears of each page with records of the window.
 * @throws RangeIgnoredError where a page holds nothing of the window
 */
export async function readWindow(log: TimedLog, window: Window, onPage?: () => void): Promise<WindowOutcome> {
  const readings: LogReading[] = [];
  for (;;) {
    const read = await readPages(log, window, onPage);
    if (read.ended === "refused") return split(window, read.error);
    const reading = summarize(read.pages);
    if (read.ended !== "empty") return cut(log, window, { reading, isStuck: read.ended === "stuck" });
    const isSeenBefore = readings.some((earlier) => sameRecords(earlier, reading));
    readings.push(reading);
    if ((isSeenBefore && !reading.moved) || (readings.length === 1 && !reading.repeats))
      return whole(window, allOf(reading), { moved: readings.length > 1 && !allAlike(readings) });
    if (readings.length === MOST_READINGS) return whole(window, reconcile(readings), { moved: true, unsettled: true });
  }
}

/**
 * The oldest event that the source returns within `window`, read from its first page only: exact where that page is not
 * full (unless the server clamps it), else the oldest on it (an upper bound). Null where the window is empty.
 */
export async function probe(log: TimedLog, window: Window): Promise<{ oldest: number; exact: boolean } | null> {
  const page = await fetchPage(log, window, 1);
  if (page.starts.length === 0) return null;
  const times = timestampsOf(page).filter(Number.isFinite);
  const exact = page.starts.length < log.limits.page_size / 4;
  return { oldest: times.length > 0 ? Math.min(...times) : window.to, exact };
}

/**
 * Asks for a time before Docker Hub existed: where a page fits the whole log, only an answer to this tells a server that
 * ignores `from` and `to`.
 * @throws RangeIgnoredError
 */
export async function proveRange(log: TimedLog): Promise<void> {
  await fetchPage(log, { from: FLOOR_MS - 365 * 86_400_000, to: FLOOR_MS - 2 * OVERLAP_MS }, 1);
}

type PagesRead =
  | { readonly ended: "empty" | "deep" | "stuck"; readonly pages: readonly Page[] }
  | { readonly ended: "refused"; readonly error: RefusedError };

/** A window's pages are needed together: whether it moved, or may be cut, only all of them tell. */
async function readPages(log: TimedLog, window: Window, onPage?: () => void): Promise<PagesRead> {
  const { window_pages, window_bytes } = log.limits;
  const pages: Page[] = [];
  const readAhead = new ReadAhead(window, log.limits, (n) => fetchPage(log, window, n));
  let bytes = 0;
  let same = 0;
  try {
    for await (const { page, number } of pagesOf((n) => readAhead.page(n))) {
      same = pages.at(-1)?.bytes.equals(page.bytes) ? same + 1 : 0;
      if (same >= SAME_PAGES) return { ended: "stuck", pages: pages.slice(0, 1 - SAME_PAGES) };
      pages.push(page);
      onPage?.();
      bytes += page.bytes.length;
      readAhead.learn(page, same > 0);
      if (number >= window_pages || bytes >= window_bytes) return { ended: "deep", pages };
    }
    return { ended: "empty", pages };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return pages.length > 0 ? { ended: "deep", pages } : { ended: "refused", error };
  }
}

async function fetchPage(log: TimedLog, window: Window, number: number): Promise<Page> {
  const asked = { from: window.from - OVERLAP_MS, to: window.to };
  const page = await log.fetch(asked, number);
  refuseForeignPage(page, asked);
  return page;
}

/**
 * A window too deep to be read to its end, or a server stuck on one page: where the pages came in the order of time, the
 * part they surely cover is kept and the rest sized by its density; where they did not, the window is halved and nothing
 * is kept. A page shorter than asked for that comes again and again, with no order to tell more, is all there is.
 */
function cut(
  log: TimedLog,
  window: Window,
  { reading, isStuck }: { reading: LogReading; isStuck: boolean },
): WindowOutcome {
  const part = coveredPart(window, reading.times);
  if (part !== null && !reading.repeats) {
    const rest = remainder(window, part, { records: reading.records, perPiece: reading.records * 0.6 });
    return { ...whole(part, allOf(reading)), rest };
  }
  if (isStuck && reading.records < log.limits.page_size) return whole(window, allOf(reading));
  const two = halves(part ?? window);
  if (two === null) throw new WindowTooDeepError(window, reading.records);
  return { read: null, rest: part === null ? two : [...two, ...subtract([window], [part])] };
}

/** More events within one second than a window may hold, or a server that gives the same page for ever. */
export class WindowTooDeepError extends SourceError {
  override readonly name = "WindowTooDeepError";
  constructor(window: Window, records: number) {
    super(
      `the audit log between ${rfc3339(window.from)} and ${rfc3339(window.to)} never ended (${records} records read); ` +
        "raise limits.window_pages, or the server ignores the page number",
    );
  }
}

/** The part of the window that pages in monotone order surely cover to the last event; null where order does not tell. */
function coveredPart(window: Window, times: Float64Array): Window | null {
  const newestFirst = inOrder(times, -1);
  if (times.length === 0 || newestFirst === inOrder(times, 1)) return null;
  const last = times.at(-1)!;
  const part = newestFirst
    ? { from: wholeSecond(last) + 1000, to: window.to }
    : { from: window.from, to: wholeSecond(last) };
  return part.from < part.to && part.from >= window.from && part.to <= window.to ? part : null;
}

/** A window that the server does not accept as it is (too wide, perhaps) is tried in halves. */
function split(window: Window, error: RefusedError): WindowOutcome {
  const two = window.to - window.from > 86_400_000 ? halves(window) : null;
  if (two === null) throw error;
  return { read: null, rest: two };
}

/** A window of which nothing is left to read. */
function whole(
  window: Window,
  pages: readonly PageRows[],
  { moved = false, unsettled = false }: Partial<Pick<WindowRead, "moved" | "unsettled">> = {},
): WindowOutcome {
  const records = pages.reduce((sum, { page, only }) => sum + (only ?? page.starts).length, 0);
  return { read: { window, pages, records, moved, unsettled }, rest: [] };
}

function allOf(reading: LogReading): PageRows[] {
  return reading.pages.map((page, p) => ({ page, number: p + 1 }));
}

function allAlike(readings: readonly LogReading[]): boolean {
  return readings.every((reading) => sameRecords(reading, readings[0]!));
}

/** UTC with `Z`, as Docker's OpenAPI document asks for; whole seconds without a fraction. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
