import type { HubClient } from "./hub/client.ts";
import type { Limits } from "./hub/limits.ts";
import type { PageRows } from "./raw/parquet.ts";
import type { Window } from "./windows.ts";

/** One organization at an origin, and the way to fetch from there. A second API is a second source. */
export interface Source {
  readonly hub: HubClient;
  readonly org: string;
  /** Where the stream is, if the configuration says so. */
  readonly path?: string | undefined;
}

/** An address with a credential and a pace of its own. */
export type Origin = "hub" | "enterprise";

/**
 * log: closed windows of time, each read once; snapshot: a list as it is now, kept each run; catalog: a list that is kept
 * only where it changed; report: one file a day, read once.
 */
export type Memory = "log" | "snapshot" | "catalog" | "report";

/** What a credential must have; `check`, hints and docs/setup.md read this. */
export interface Needs {
  readonly scopes: readonly Scope[];
  /** null: any plan. */
  readonly plan: string | null;
  /** The key that switches the stream off in the configuration; null where none does. */
  readonly setting: string | null;
  /** Whose credential, where no scope of a token will do. */
  readonly credential?: string;
  /** What it adds to the report, in a sentence. */
  readonly adds?: string;
  /** The evidence that it adds for a seat's verdict, and the confidence of a seat that has low or none without it. */
  readonly raises?: { readonly low?: string; readonly none: string };
  /** What a person can do where it stays out of reach. */
  readonly otherwise?: string;
}

export interface Scope {
  readonly name: string;
  readonly id: string;
}

/** What the warehouse knows of a stream of one organization. */
export interface Known {
  /** The stretches of time that were read to their end. */
  readonly covered: readonly Covered[];
}

export interface Covered extends Window {
  /** report: which issue of the day's report was read. */
  readonly version?: string;
}

/** How reading ended: what holds of the pages that were yielded. */
export interface ReadEnd<Ask = unknown> {
  /** False: the pages may not be kept, and only `rest` goes on. */
  readonly isKept: boolean;
  /** The time that they cover; null: the instant of the run. */
  readonly window: Window | null;
  /** The list moved while it was read, and was read again. */
  readonly moved: boolean;
  /** No two readings agreed: the next run reads it again. */
  readonly unsettled: boolean;
  /** What a person should know, kept with the run. */
  readonly warning: string | null;
  /** What turned out to be still to read. */
  readonly rest: readonly Ask[];
}

/** The end of a reading without a warning or anything left to read. */
export const WHOLE: ReadEnd<never> = {
  isKept: true,
  window: null,
  moved: false,
  unsettled: false,
  warning: null,
  rest: [],
};

/** What one small request finds of a stream. */
export interface Probe {
  readonly message: string;
}

/** The words where a stream could not be read beside the one under which it reports. */
export interface Unread {
  /** Where it never could be: what is not known then. */
  readonly without: string;
  /** Where it could be before: what stays. */
  readonly kept: string;
}

/** An endpoint, and all that is particular to it. Each reading (`read` of one `Ask`) makes one raw file. */
export interface Stream<Ask = unknown> {
  /** `raw/<name>`, the stream in `ops.loaded_files`. */
  readonly name: string;
  /** In a sentence: "audit log". */
  readonly title: string;
  /** What its records are, in the plural: "audit records". */
  readonly records: string;
  readonly memory: Memory;
  /** Under which stream `sync --json` reports it: its own name, or that of the one which it accompanies. */
  readonly reportsAs: string;
  readonly origin: Origin;
  readonly needs: Needs;
  /** Where the credential does not reach it, it is unavailable, and that is no failure of the run. */
  readonly isOptional: boolean;
  /** null: where it accompanies another stream, it is missed silently. */
  readonly unread: Unread | null;
  /** What to read. Pure. */
  plan(known: Known, instant: Date, limits: Limits): readonly Ask[];
  /** Yields pages of records as sent; whatever needs a whole list gathers it in here. */
  read(source: Source, ask: Ask): AsyncGenerator<PageRows, ReadEnd<Ask>, undefined>;
  /** For `check`, which leaves out a stream without one. */
  probe?(source: Source): Promise<Probe>;
}

/** A stream that is asked for by time. */
export interface LogStream extends Stream<Window> {
  readonly memory: "log";
  /** `onPage` hears of each page with records of the window while the others are still to come. */
  read(source: Source, ask: Window, onPage?: () => void): AsyncGenerator<PageRows, ReadEnd<Window>, undefined>;
  /** @throws RangeIgnoredError where the server ignores from and to */
  prove(source: Source): Promise<void>;
  /** The oldest event that the source still returns, in milliseconds; null where there is none. */
  findOldest(source: Source, knownOldest: number, now: number): Promise<number | null>;
}

/** A day's report, as it was issued. */
export interface Issue {
  /** How the source names its day. */
  readonly name: string;
  /** The whole UTC day. */
  readonly window: Window;
  /** Changes where the report is issued again. */
  readonly version: string;
  /** How large the source says it is; null where it does not. */
  readonly bytes: number | null;
  /** The columns that the source says reports have; null where it does not. */
  readonly columns: readonly string[] | null;
}

/** A stream of one file a day, of any size: pages are written as they come, and a reading that fails leaves nothing. */
export interface ReportStream extends Stream<Issue> {
  readonly memory: "report";
  /** The reports to read. */
  issues(source: Source, known: Known): Promise<readonly Issue[]>;
}

export function isReport(stream: Stream): stream is ReportStream {
  return stream.memory === "report";
}

export function isLog(stream: Stream): stream is LogStream {
  return stream.memory === "log";
}

/** A reading with its pages together, for what must be judged as a whole before it is kept. */
export interface Gathered<Ask> extends ReadEnd<Ask> {
  readonly pages: readonly PageRows[];
  readonly records: number;
}

export async function gather<Ask>(reading: AsyncGenerator<PageRows, ReadEnd<Ask>, undefined>): Promise<Gathered<Ask>> {
  const pages: PageRows[] = [];
  let records = 0;
  for (;;) {
    const step = await reading.next();
    if (step.done) return { ...step.value, pages, records };
    pages.push(step.value);
    records += (step.value.only ?? step.value.page.starts).length;
  }
}
