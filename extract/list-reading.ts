import type { Query } from "./hub/address.ts";
import type { HubClient } from "./hub/client.ts";
import { type Page, recordText, slicePage } from "./page.ts";
import { pagesOf } from "./paging.ts";
import type { PageRows } from "./raw/parquet.ts";
import { type ReadEnd, WHOLE } from "./stream.ts";

/** A page of a list whose records stand under `results`. */
export function fetchResults(hub: HubClient, path: string, query: Query): Promise<Page> {
  return hub.get(path, query, (body) => slicePage(body, "results", new Date()));
}

/** How many records the list of this page says there are; where it does not say, those that are here. */
export function countOf({ envelope, starts }: Page, key: WholeList["count"]): number {
  const count = envelope[key];
  return typeof count === "number" ? count : starts.length;
}

const MOST_READINGS = 3;
const MOST_PAGES = 10_000;

/** A list that is read page by page, and what is particular to it. */
export interface WholeList {
  /** In a sentence: "member list". */
  readonly title: string;
  /** Who or what stands in it, in a sentence: "everybody". */
  readonly all: string;
  /** The key of the envelope that says how many records there are. */
  readonly count: "count" | "total";
  fetch(page: number): Promise<Page>;
  /** What tells a record from the others of the list; null where it stands for itself. */
  keyOf(record: Readonly<Record<string, unknown>>): string | null;
}

/**
 * Reads a list until two readings agree or one is as long as it promised, three times at most: whether it moved, only its end
 * tells. Then whatever was seen in any reading is kept, with a warning.
 */
export async function* readWhole(list: WholeList): AsyncGenerator<PageRows, ReadEnd<null>, undefined> {
  const readings: ListReading[] = [];
  for (let n = 1; n <= MOST_READINGS; n++) {
    const reading = await readList(list);
    if (reading.settled) {
      yield* recordsOf(reading);
      return { ...WHOLE, moved: n > 1 };
    }
    const same = readings.some((earlier) => earlier.signature === reading.signature);
    readings.push(reading);
    if (same) {
      yield* recordsOf(reading);
      const { count, places } = reading;
      const warning = `the ${list.title} says ${list.count} ${count} but held ${places.size} twice; taken as it is`;
      return { ...WHOLE, moved: true, warning };
    }
  }
  yield* recordsOfAll(readings);
  const warning = `the ${list.title} changed during each of ${MOST_READINGS} readings; ${list.all} seen in any of them is kept until the next run`;
  return { ...WHOLE, moved: true, warning };
}

interface ListReading {
  readonly pages: readonly Page[];
  readonly count: number | null;
  /** Key of a record → where it stands: page index and record index. */
  readonly places: ReadonlyMap<string, readonly [number, number]>;
  readonly settled: boolean;
  readonly signature: string;
}

async function readList(list: WholeList): Promise<ListReading> {
  const pages: Page[] = [];
  const places = new Map<string, [number, number]>();
  const counts = new Set<number>();
  let repeats = 0;
  for await (const { page, number } of pagesOf((n) => list.fetch(n), MOST_PAGES)) {
    const before = places.size;
    for (let i = 0; i < page.starts.length; i++) {
      const key = keyOf(list, recordText(page, i)) ?? `place:${number}:${i}`;
      if (places.has(key)) repeats++;
      else places.set(key, [pages.length, i]);
    }
    pages.push(page);
    const count = page.envelope[list.count];
    if (typeof count === "number") counts.add(count);
    if (places.size === before) break;
    if (counts.size === 1 && places.size >= Math.max(...counts) && !page.envelope.next) break;
  }
  const count = [...counts].at(-1) ?? null;
  const settled = repeats === 0 && counts.size <= 1 && (count === null || count === places.size);
  return { pages, count, places, settled, signature: [...places.keys()].sort().join("\n") };
}

/** A record that cannot be read is kept; merging will reject it with its payload. */
function keyOf(list: WholeList, text: string): string | null {
  try {
    return list.keyOf((JSON.parse(text) ?? {}) as Record<string, unknown>);
  } catch {
    return null;
  }
}

/** Each record of one reading, once. */
function recordsOf(reading: ListReading): PageRows[] {
  const only = reading.pages.map((): number[] => []);
  for (const [p, i] of reading.places.values()) only[p]!.push(i);
  return reading.pages.map((page, p) => ({ page, number: p + 1, only: only[p]! }));
}

/** Each record of any reading, as the last of them had it. */
function recordsOfAll(readings: readonly ListReading[]): PageRows[] {
  const seen = new Set<string>();
  const pages: PageRows[] = [];
  for (const reading of readings.toReversed()) {
    const only = reading.pages.map((): number[] => []);
    for (const [key, [p, i]] of reading.places) {
      if (seen.has(key)) continue;
      seen.add(key);
      only[p]!.push(i);
    }
    for (const [p, page] of reading.pages.entries())
      if (only[p]!.length > 0) pages.push({ page, number: p + 1, only: only[p]! });
  }
  return pages;
}

/** The first of these values that is a text or a number, with the name of its key, in lower case. */
export function firstOf(record: Readonly<Record<string, unknown>>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = record[key];
    if ((typeof value === "string" && value !== "") || typeof value === "number")
      return `${key}:${String(value).toLowerCase()}`;
  }
  return null;
}
