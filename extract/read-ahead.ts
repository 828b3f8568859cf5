import type { Limits } from "./hub/limits.ts";
import type { Page } from "./page.ts";
import { timestampOf } from "./timestamp.ts";
import type { Window } from "./windows.ts";

/**
 * Fetches the pages of a window side by side, for one who uses them in order. Pages that surely exist are asked for ahead; how
 * far they reach, one scout at a time finds out: a page further on, no further than the window may hold and than its time
 * seems to go. If it is there, so are all before it; if not, that was the one request too many, and the next goes half as far.
 * Where the pages have no order of time, or are not full, they are fetched one after the other.
 */
export class ReadAhead {
  readonly #window: Window;
  readonly #limits: Limits;
  readonly #fetch: (number: number) => Promise<Page>;
  readonly #asked = new Map<number, Promise<Page>>();
  #used = 0;
  #bytes = 0;
  #largest = 0;
  #begin = Number.NaN;
  /** The furthest page that is known to have records. */
  #known = 0;
  /** A page that is known to have none. */
  #end = Number.POSITIVE_INFINITY;
  /** No page comes after the furthest known one but an empty one. */
  #isComplete = false;
  /** The page that seems to be the last. */
  #last = 0;
  /** The scout that is not back yet. */
  #scout: number | null = null;
  #mayScout = false;

  constructor(window: Window, limits: Limits, fetch: (number: number) => Promise<Page>) {
    this.#window = window;
    this.#limits = limits;
    this.#fetch = fetch;
  }

  /** The page of that number, which is the next one; asks for others ahead. */
  page(number: number): Promise<Page> {
    const page = this.#ask(number);
    this.#asked.delete(number);
    this.#goAhead();
    return page;
  }

  /** Learns from the page that was used, and whether it is the one before once more. */
  learn(page: Page, isRepeated: boolean): void {
    const records = page.starts.length;
    if (this.#used === 0) this.#begin = timestampOf(page, 0);
    // a server may give fewer records a page than it is asked for: the second page tells
    const isFull = records >= this.#limits.page_size || (this.#used > 0 && records === this.#largest);
    this.#used++;
    this.#bytes += page.bytes.length;
    this.#largest = Math.max(this.#largest, records);
    this.#known = Math.max(this.#known, this.#used);
    this.#mayScout = isFull && !isRepeated;
    this.#last = this.#lastByTime(timestampOf(page, records - 1));
  }

  #ask(number: number): Promise<Page> {
    const known = this.#asked.get(number);
    if (known) return known;
    const page = this.#fetch(number);
    this.#asked.set(number, page);
    page.then(
      ({ starts: { length } }) => this.#arrive(number, length),
      () => {
        this.#isComplete = true;
      },
    );
    return page;
  }

  #arrive(number: number, records: number): void {
    if (records > 0) this.#known = Math.max(this.#known, number);
    else this.#end = Math.min(this.#end, number);
    if (records > 0 && records < this.#largest) this.#isComplete = true;
    if (number !== this.#scout) return;
    this.#scout = null;
    // before the second page was used, it is not known whether the server heeds page numbers
    if (this.#used > 1) this.#goAhead();
  }

  #goAhead(): void {
    if (!this.#mayScout) return;
    // twice as many as may be under way, so that the next ones are known before these are through
    const reach = this.#used + 1 + 2 * this.#limits.concurrency;
    const scout = this.#isComplete || this.#scout !== null ? 0 : this.#scoutOf(reach);
    if (scout > Math.max(this.#known, this.#used + 1) && scout < this.#end) {
      this.#scout = scout;
      this.#ask(scout);
    }
    const upTo = Math.min(this.#known + (this.#isComplete ? 1 : 0), reach, this.#lastByLimits());
    for (let number = this.#used + 2; number <= upTo; number++) this.#ask(number);
  }

  #scoutOf(reach: number): number {
    if (this.#end < Number.POSITIVE_INFINITY) return (this.#known + this.#end) >> 1;
    return Math.min(this.#known + this.#limits.concurrency, reach, this.#last, this.#lastByLimits());
  }

  /** Which page seems to be the last, if the window's time goes on as the pages so far took it; 0 where they tell nothing. */
  #lastByTime(end: number): number {
    const { from, to } = this.#window;
    const left = end < this.#begin ? (end - from) / (to - end) : end > this.#begin ? (to - end) / (end - from) : 0;
    return left > 0 ? Math.ceil((left + 1) * this.#used) : 0;
  }

  #lastByLimits(): number {
    const { window_pages, window_bytes } = this.#limits;
    return Math.min(window_pages, Math.ceil((window_bytes * this.#used) / this.#bytes));
  }
}
