import pLimit from "p-limit";
import { holdsForeign, RangeIgnoredError, SplitLimitError } from "../../extract/asked-range.ts";
import { HubError } from "../../extract/hub/errors.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import { type Gathered, gather, type LogStream, type Source } from "../../extract/stream.ts";
import type { NamedStream } from "../../extract/streams.ts";
import { pieces, type Window } from "../../extract/windows.ts";
import { coveredWindows, knownOldest } from "../../load/coverage.ts";
import type { Warning } from "../../load/runs.ts";
import { type StreamRead, UNREAD } from "./outcome.ts";
import { metaOf, type ReadTask, sourceError } from "./reading.ts";
import { type Leave, sideBySide } from "./side-by-side.ts";

export interface LogTask extends ReadTask {
  /** `--from`, `--to`: just this range again. */
  readonly range: Window | null;
}

/** A stream that fails again and again is left alone. */
const MAX_FAILURES = 3;
/** Windows that are read side by side: the pages of each are in memory together, and are read side by side themselves. */
const WINDOWS_AT_ONCE = 4;
/** And so many where requests could go that those do not need, as at their begin and end, and no window that was read waits to be written. */
const WINDOWS_TO_FILL_UP = 8;

/**
 * Reads what is missing of a log and the look-back, window by window, each to its own raw file. The newest window goes
 * first and alone, until it has shown that there is such a log: where there is none, one request tells, and no other is sent.
 */
export async function readLog(task: LogTask, stream: NamedLog): Promise<StreamRead> {
  const { org, range, instant, warehouse } = task;
  const { limits } = task.sourceOf(stream).hub;
  const covered = range ? [] : await coveredWindows(warehouse, org, stream.name);
  const [newest, ...others] = range ? pieces(range) : stream.plan({ covered }, instant, limits);
  if (!newest) return UNREAD;
  const known = range || covered.length === 0 ? null : await knownOldest(warehouse, org, stream.name);
  const reader = new LogReader(task, stream, known);
  task.store.prepare();
  try {
    await reader.readAll(newest, others);
    return reader.result();
  } catch (error) {
    return { ...reader.result(), endedBy: sourceError(error) };
  }
}

type NamedLog = LogStream & NamedStream;
type WindowRead = Gathered<Window>;

class LogReader {
  readonly #task: LogTask;
  readonly #stream: NamedLog;
  readonly #source: Source;
  readonly #warnings: Warning[] = [];
  readonly #read = { ...UNREAD } as { -readonly [K in keyof StreamRead]: StreamRead[K] };
  /** The oldest event known so far; null in a first run, and where just a range is read again. */
  readonly #known: number | null;
  #failures = 0;
  /** Splits since the last window that could be read. */
  #splits = 0;
  /** There is such a log, and so far nothing speaks against reading other windows beside the newest. */
  #isShown = false;
  /** The newest window was read and the server respects from and to; no more where it was caught at not, or its clock is wrong. */
  #mayKeep = false;
  #newestRead: Promise<void> | null = null;
  #proof: Promise<void> | null = null;
  #horizon: { readonly oldest: number | null } | null = null;
  readonly #inTurn = pLimit(1);

  constructor(task: LogTask, stream: NamedLog, known: number | null) {
    this.#task = task;
    this.#stream = stream;
    this.#source = task.sourceOf(stream);
    this.#known = known;
  }

  result(): StreamRead {
    return { ...this.#read, warnings: [...this.#warnings] };
  }

  async readAll(newest: Window, others: readonly Window[]): Promise<void> {
    await sideBySide([newest, ...others], {
      work: (window, leave) => {
        if (window !== newest) return this.#readOther(window, leave);
        this.#newestRead = this.#readNewest(newest, leave);
        return this.#newestRead;
      },
      mayBegin: (busy) => this.#failures < MAX_FAILURES && busy < this.#windowsAtOnce(),
      onEnd: (open) => this.#report(open),
    });
    if (this.#horizon) await this.#keepHorizon(this.#horizon.oldest);
  }

  #windowsAtOnce(): number {
    if (!this.#isShown) return 1;
    const { hasRoom, limits } = this.#source.hub;
    const isBehind = this.#inTurn.pendingCount > 0;
    return Math.min(hasRoom && !isBehind ? WINDOWS_TO_FILL_UP : WINDOWS_AT_ONCE, limits.concurrency);
  }

  /** Reads the newest window, and keeps it where the server respects from and to; where not, or where it failed, all ends. */
  async #readNewest(window: Window, leave: Leave<Window>): Promise<void> {
    const reading = await this.#resultOf(
      window,
      this.#gather(window, () => this.#proveEarly()),
    );
    this.#mayKeep = reading !== null && (await this.#prove(reading));
    this.#isShown = this.#mayKeep;
    if (!this.#mayKeep) this.#failures = MAX_FAILURES;
    await this.#keepOf(reading, leave);
  }

  /** Reads another window. What became of it counts once it is known what became of the newest. */
  async #readOther(window: Window, leave: Leave<Window>): Promise<void> {
    const reading = this.#gather(window);
    await Promise.allSettled([reading, this.#newestRead]);
    await this.#keepOf(await this.#resultOf(window, reading), leave);
  }

  #gather(window: Window, onPage?: () => void): Promise<WindowRead> {
    return gather(this.#stream.read(this.#source, window, onPage));
  }

  /** What is left of a window may be read while it is kept. Halves go first: that ends soon at one that can be read, or at the limit of splits. */
  async #keepOf(reading: WindowRead | null, leave: Leave<Window>): Promise<void> {
    if (reading === null) return;
    leave(reading.rest, reading.isKept ? "last" : "first");
    await this.#keep(reading);
  }

  /** What was read of a window; null where it failed. A failure is the window's, not the run's. */
  async #resultOf(window: Window, pending: Promise<WindowRead>): Promise<WindowRead | null> {
    try {
      const { hub } = this.#source;
      const reading = await pending;
      hub.clock.mustAgree();
      this.#splits = reading.isKept ? 0 : this.#splits + 1;
      const { window_splits } = hub.limits;
      if (this.#splits > window_splits) throw new SplitLimitError(window, window_splits);
      return reading;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  get #isFirst(): boolean {
    return this.#known === null && this.#task.range === null;
  }

  /** In a first run the newest window's first page asks for the proof, so that the others need not wait for its last. */
  #proveEarly(): void {
    if (!this.#isFirst || this.#proof !== null) return;
    this.#proof = this.#stream.prove(this.#source);
    this.#proof.then(
      () => {
        this.#isShown = true;
      },
      () => {},
    );
  }

  /**
   * Whether the server respects from and to: a time in which there was nothing yet shows it, asked for in a first run and where
   * the first window holds other times than its own; each later run asks for the oldest event that is still held, too.
   */
  async #prove(first: WindowRead): Promise<boolean> {
    const { window, pages } = first;
    const mustProve = this.#isFirst
      ? !first.isKept || first.records !== 0
      : window !== null && holdsForeign({ window, pages });
    try {
      if (mustProve) await (this.#proof ?? this.#stream.prove(this.#source));
      if (this.#known === null) return true;
      const oldest = await this.#stream.findOldest(this.#source, this.#known, this.#task.instant.getTime());
      this.#horizon = { oldest };
    } catch (error) {
      if (!(error instanceof RangeIgnoredError)) {
        if (!(error instanceof HubError)) throw error;
        if (this.#known !== null)
          this.#read.message = `how far back the source goes could not be learned: ${error.message}`;
        return true;
      }
      this.#fail(error);
      return false;
    }
    return true;
  }

  async #keep(reading: WindowRead): Promise<void> {
    if (!reading.isKept || !this.#mayKeep) return;
    const kind = this.#task.range ? "range" : reading.unsettled ? "unsettled" : "window";
    const meta = metaOf(this.#task, this.#stream, { kind, window: reading.window });
    await this.#handOver(meta, reading);
    this.#read.windows++;
    this.#read.records += reading.records;
    if (reading.moved) this.#read.moved++;
    if (reading.warning === null) return;
    this.#task.onProgress({ kind: "warning", text: reading.warning });
    this.#warnings.push({ org: meta.org, stream: meta.stream, kind: "unsettled", message: reading.warning });
  }

  /** Keeps what the oldest event is that the source still returns, as a raw file without rows. */
  async #keepHorizon(oldest: number | null): Promise<void> {
    const oldest_event_at = oldest === null ? null : new Date(oldest);
    await this.#handOver(
      { ...metaOf(this.#task, this.#stream, { kind: "horizon", window: null }), oldest_event_at },
      { pages: [], records: 0 },
    );
  }

  /**
   * One file after the other, so that they are merged in the order of their names: of a record that two windows saw, the
   * first reading wins, and a rebuild must find the same one.
   */
  #handOver(meta: RawFileMeta, { pages, records }: Pick<WindowRead, "pages" | "records">): Promise<void> {
    const { store, merge } = this.#task;
    return this.#inTurn(async () => merge([await store.write(meta, pages)], records));
  }

  #report(open: number): void {
    const { windows, records } = this.#read;
    this.#task.onProgress({ kind: "windows", org: this.#source.org, done: windows, open, records });
  }

  #fail(thrown: unknown): void {
    const error = sourceError(thrown);
    if (error.ends === "run") throw error;
    const read = this.#read;
    this.#failures += error.ends === "part" ? 1 : MAX_FAILURES;
    this.#mayKeep &&= !error.isDistrust;
    if (read.status !== "ok") return;
    const isMissing = error.isUnavailable && read.windows === 0;
    read.status = isMissing ? "unavailable" : "failed";
    read.failure = isMissing && this.#stream.isOptional ? "optional" : error.failure;
    read.message = this.#task.messageOf(error, this.#stream);
    read.error = error;
  }
}
