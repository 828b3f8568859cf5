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

export interface LogTask extends ReadTask {
  /** `--from`, `--to`: just this range again. */
  readonly range: Window | null;
}

/** A stream that fails again and again is left alone. */
const MAX_FAILURES = 3;
/** Windows that are read side by side: the pages of each are in memory together, and are read side by side themselves. */
const WINDOWS_AT_ONCE = 4;

/**
 * Reads what is missing of a log and the look-back, window by window, each to its own raw file. The newest window goes
 * first and alone: where there is no such log, one request shows it, and no other is sent.
 */
export async function readLog(task: LogTask, stream: NamedLog): Promise<StreamRead> {
  const { org, range, instant, warehouse } = task;
  const { limits } = task.sourceOf(stream).hub;
  const covered = range ? [] : await coveredWindows(warehouse, org, stream.name);
  const [newest, ...others] = range ? pieces(range) : stream.plan({ covered }, instant, limits);
  if (!newest) return UNREAD;
  const reader = new LogReader(task, stream);
  task.store.prepare();
  try {
    const first = await reader.read(newest);
    if (first === null) return reader.result();
    // nothing is kept before it is known that the server respects from and to
    const known = range || covered.length === 0 ? null : await knownOldest(warehouse, org, stream.name);
    const horizon = await reader.prove(first, known);
    if (reader.hasFailed) return reader.result();
    await reader.keep(first);
    await reader.readAll([...first.rest, ...others]);
    if (horizon) await reader.keepHorizon(horizon.oldest);
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
  #failures = 0;
  /** Splits since the last window that could be read. */
  #splits = 0;
  /** The server was caught at ignoring from and to, or its clock is wrong: nothing more of it is kept. */
  #isUntrusted = false;
  readonly #inTurn = pLimit(1);

  constructor(task: LogTask, stream: NamedLog) {
    this.#task = task;
    this.#stream = stream;
    this.#source = task.sourceOf(stream);
  }

  result(): StreamRead {
    return { ...this.#read, warnings: [...this.#warnings] };
  }

  get hasFailed(): boolean {
    return this.#read.status !== "ok";
  }

  async readAll(windows: readonly Window[]): Promise<void> {
    const queue = [...windows];
    let busy = 0;
    const work = async (): Promise<void> => {
      while (this.#failures < MAX_FAILURES) {
        const window = queue.shift();
        if (window) {
          busy++;
          try {
            // what was split goes first: halving ends soon at a window that can be read, or at the limit of splits
            queue.unshift(...(await this.#readOne(window)));
          } finally {
            busy--;
          }
          this.#report(queue.length + busy);
        } else if (busy > 0) await new Promise((resolve) => setTimeout(resolve, 5));
        else return;
      }
    };
    const length = Math.min(WINDOWS_AT_ONCE, this.#source.hub.limits.concurrency);
    const ended = await Promise.allSettled(Array.from({ length }, work));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  }

  async #readOne(window: Window): Promise<readonly Window[]> {
    const reading = await this.read(window);
    if (reading) await this.keep(reading);
    return reading?.rest ?? [];
  }

  /** Reads one window, and keeps nothing of it yet; null where it failed. A failure is the window's, not the run's. */
  async read(window: Window): Promise<WindowRead | null> {
    try {
      const { hub } = this.#source;
      const reading = await gather(this.#stream.read(this.#source, window));
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

  /**
   * Whether the server respects from and to: a time in which there was nothing yet shows it, asked for in a first run and where
   * the first window holds other times than its own; each later run asks for the oldest event that is still held, too, and
   * that answer is given back.
   */
  async prove(first: WindowRead, known: number | null): Promise<{ oldest: number | null } | null> {
    const { instant, range } = this.#task;
    const isFirst = known === null && range === null;
    const { window, pages } = first;
    const mustProve = isFirst
      ? !first.isKept || first.records !== 0
      : window !== null && holdsForeign({ window, pages });
    try {
      if (mustProve) await this.#stream.prove(this.#source);
      if (known === null) return null;
      return { oldest: await this.#stream.findOldest(this.#source, known, instant.getTime()) };
    } catch (error) {
      if (error instanceof RangeIgnoredError) this.#fail(error);
      else if (!(error instanceof HubError)) throw error;
      else if (known !== null)
        this.#read.message = `how far back the source goes could not be learned: ${error.message}`;
      return null;
    }
  }

  async keep(reading: WindowRead): Promise<void> {
    if (!reading.isKept || this.#isUntrusted) return;
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
  async keepHorizon(oldest: number | null): Promise<void> {
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
    this.#isUntrusted ||= error.isDistrust;
    if (this.hasFailed) return;
    const isMissing = error.isUnavailable && read.windows === 0;
    read.status = isMissing ? "unavailable" : "failed";
    read.failure = isMissing && this.#stream.isOptional ? "optional" : error.failure;
    read.message = this.#task.messageOf(error, this.#stream);
    read.error = error;
  }
}
