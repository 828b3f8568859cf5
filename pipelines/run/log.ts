import { holdsForeign, RangeIgnoredError, SplitLimitError } from "../../extract/asked-range.ts";
import { findOldest } from "../../extract/horizon.ts";
import { HubError, InterruptedError, SourceError } from "../../extract/hub/errors.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import type { RawStore } from "../../extract/raw/store.ts";
import {
  AUDIT_LOG_STREAM,
  type AuditLog,
  proveRange,
  readWindow,
  type WindowOutcome,
  type WindowRead,
} from "../../extract/streams/auditlog.ts";
import { pieces, planWindows, type Window } from "../../extract/windows.ts";
import { coveredWindows, knownOldest } from "../../load/coverage.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { StreamReport } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";

export interface AuditLogTask {
  readonly log: AuditLog;
  readonly org: string;
  readonly runId: string;
  /** The instant of the run: the end of the newest window. */
  readonly instant: Date;
  /** `--from`, `--to`: just this range again. */
  readonly range: Window | null;
  readonly store: RawStore;
  readonly warehouse: WarehouseFile;
  /** Hands a finished raw file on to be merged. */
  readonly merge: (file: string) => Promise<void>;
  readonly onProgress: OnProgress;
  readonly explain: (error: unknown) => string;
}

/** A stream that fails again and again is left alone. */
const MOST_FAILURES = 3;

/**
 * Reads what is missing of the audit log and the look-back, window by window, each to its own raw file. The newest window
 * goes first and alone: where there is no audit log, that one request tells, and no other is sent.
 */
export async function syncAuditLog(task: AuditLogTask, report: StreamReport): Promise<void> {
  const { log, org, range, instant, warehouse } = task;
  const covered = range ? [] : await coveredWindows(warehouse, org);
  const lookback = log.hub.limits.lookback_hours * 3_600_000;
  const plan = range ? pieces(range) : planWindows(covered, instant.getTime(), lookback);
  const [newest, ...others] = plan;
  if (!newest) return;
  const reading = new Reading(task, report);
  const first = await reading.read(newest);
  if (first === null) return;
  // nothing is kept before it is known that the server heeds from and to
  const known = range || covered.length === 0 ? null : await knownOldest(warehouse, org);
  const horizon = await reading.prove(first, known);
  if (report.status !== "ok") return;
  await reading.keep(first);
  await reading.readAll([...first.rest, ...others]);
  if (horizon) await keepHorizon(task, horizon.oldest);
}

class Reading {
  readonly #task: AuditLogTask;
  readonly #report: StreamReport;
  #failures = 0;
  /** Splits since the last window that could be read. */
  #splits = 0;
  /** The server was caught at ignoring from and to, or its clock is wrong: nothing more of it is kept. */
  #isDistrusted = false;
  #handedOver: Promise<void> = Promise.resolve();

  constructor(task: AuditLogTask, report: StreamReport) {
    this.#task = task;
    this.#report = report;
  }

  async readAll(windows: readonly Window[]): Promise<void> {
    const queue = [...windows];
    let busy = 0;
    const work = async (): Promise<void> => {
      while (this.#failures < MOST_FAILURES) {
        const window = queue.shift();
        if (window) {
          busy++;
          try {
            // what was split goes first: halving ends soon at a window that can be read, or at the limit of splits
            queue.unshift(...(await this.#readOne(window)));
          } finally {
            busy--;
          }
          this.#tell(queue.length + busy);
        } else if (busy > 0) await new Promise((resolve) => setTimeout(resolve, 5));
        else return;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: this.#task.log.hub.limits.concurrency }, work));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  }

  async #readOne(window: Window): Promise<readonly Window[]> {
    const outcome = await this.read(window);
    if (outcome) await this.keep(outcome);
    return outcome?.rest ?? [];
  }

  /** Reads one window, and keeps nothing of it yet; null where it failed. A failure is the window's, not the run's. */
  async read(window: Window): Promise<WindowOutcome | null> {
    try {
      const outcome = await readWindow(this.#task.log, window);
      this.#task.log.hub.clock.mustAgree();
      this.#splits = outcome.read ? 0 : this.#splits + 1;
      const { window_splits } = this.#task.log.hub.limits;
      if (this.#splits > window_splits) throw new SplitLimitError(window, window_splits);
      return outcome;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /**
   * Whether the server heeds from and to: told by a time in which there was nothing yet, asked for in a first run and where
   * the first window holds other times than its own; each later run asks for the oldest event that is still held, too, and
   * that answer is given back.
   */
  async prove({ read }: WindowOutcome, known: number | null): Promise<{ oldest: number | null } | null> {
    const { log, instant, range } = this.#task;
    const isFirst = known === null && range === null;
    try {
      if (isFirst ? read?.records !== 0 : read !== null && holdsForeign(read)) await proveRange(log);
      return known === null ? null : { oldest: await findOldest(log, known, instant.getTime()) };
    } catch (error) {
      if (error instanceof RangeIgnoredError) this.#fail(error);
      else if (!(error instanceof HubError)) throw error;
      else if (known !== null)
        this.#report.message = `how far back the source goes could not be learned: ${error.message}`;
      return null;
    }
  }

  async keep({ read }: WindowOutcome): Promise<void> {
    if (read && !this.#isDistrusted) await this.#keep(read);
  }

  async #keep(read: WindowRead): Promise<void> {
    const { onProgress } = this.#task;
    const { window, pages } = read;
    const whole = metaOf(this.#task, window);
    const meta = read.unsettled && whole.kind === "window" ? { ...whole, kind: "unsettled" as const } : whole;
    await this.#handOver(meta, pages);
    this.#report.windows++;
    this.#report.records += read.records;
    if (read.moved) this.#report.moved++;
    if (read.unsettled) {
      const text = `the audit log moved during three readings of ${meta.window_from.toISOString()} to ${meta.window_to.toISOString()}; repeats were counted once, and the next run reads it again`;
      onProgress({ kind: "warning", text, keep: { org: meta.org, stream: meta.stream, kind: "unsettled" } });
    }
  }

  /**
   * One file after the other, so that they are merged in the order of their names: of a record that two windows saw, the
   * first reading wins, and a rebuild must find the same one.
   */
  #handOver(meta: RawFileMeta, pages: WindowRead["pages"]): Promise<void> {
    const { store, merge } = this.#task;
    const done = this.#handedOver.then(async () => merge(await store.write(meta, pages)));
    this.#handedOver = done.catch(() => {});
    return done;
  }

  #tell(open: number): void {
    const { windows, records } = this.#report;
    this.#task.onProgress({ kind: "windows", org: this.#task.org, done: windows, open, records });
  }

  #fail(error: unknown): void {
    if (!(error instanceof SourceError) || error instanceof InterruptedError) throw error;
    const report = this.#report;
    this.#failures += error.ends === "part" ? 1 : MOST_FAILURES;
    this.#isDistrusted ||= error.isDistrust;
    if (report.status !== "ok") return;
    report.status = error.isUnavailable && report.windows === 0 ? "unavailable" : "failed";
    report.failure = error.failure;
    report.message = this.#task.explain(error);
  }
}

/** Keeps what the oldest event is that the source still returns, as a raw file without rows. */
async function keepHorizon(task: AuditLogTask, oldest: number | null): Promise<void> {
  const { instant, store, merge } = task;
  const window = { from: instant.getTime(), to: instant.getTime() };
  const oldest_event_at = oldest === null ? null : new Date(oldest);
  await merge(await store.write({ ...metaOf(task, window), kind: "horizon" as const, oldest_event_at }, []));
}

function metaOf({ org, runId, instant, range }: AuditLogTask, window: Window): RawFileMeta {
  return {
    org,
    stream: AUDIT_LOG_STREAM,
    kind: range ? "range" : "window",
    run_id: runId,
    read_at: instant,
    window_from: new Date(window.from),
    window_to: new Date(window.to),
  };
}
