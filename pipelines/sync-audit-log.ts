import {
  AUDIT_LOG_STREAM,
  type AuditLog,
  readWindow,
  type WindowRead,
  WindowTooDeepError,
} from "../extract/audit-events.ts";
import { ForbiddenError, HubError, NotFoundError, RefusedError, ServerError } from "../extract/errors.ts";
import { findOldest } from "../extract/horizon.ts";
import type { RawFileMeta } from "../extract/parquet.ts";
import type { RawStore } from "../extract/raw-store.ts";
import { pieces, planWindows, type Window } from "../extract/windows.ts";
import { coveredWindows, knownOldest } from "../load/coverage.ts";
import type { WarehouseFile } from "../load/warehouse-file.ts";
import { failureKind, type StreamReport } from "./outcome.ts";
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
  const rest = await reading.readOne(newest);
  if (report.status !== "ok") return;
  await reading.readAll([...rest, ...others]);
  if (!range && covered.length > 0) await learnHorizon(task, report);
}

class Reading {
  readonly #task: AuditLogTask;
  readonly #report: StreamReport;
  #failures = 0;
  #handedOver: Promise<void> = Promise.resolve();

  constructor(task: AuditLogTask, report: StreamReport) {
    this.#task = task;
    this.#report = report;
  }

  async readAll(windows: readonly Window[]): Promise<void> {
    const queue = [...windows];
    let busy = 0;
    const work = async (): Promise<void> => {
      for (;;) {
        const window = queue.shift();
        if (window) {
          busy++;
          try {
            queue.push(...(await this.readOne(window)));
          } finally {
            busy--;
          }
          this.#tell(queue.length + busy);
        } else if (busy > 0) await new Promise((resolve) => setTimeout(resolve, 5));
        else return;
        if (this.#failures >= MOST_FAILURES) return;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: this.#task.log.hub.limits.concurrency }, work));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  }

  /** Reads one window; gives what is left of it. A failure is the window's, not the run's. */
  async readOne(window: Window): Promise<Window[]> {
    const { log } = this.#task;
    try {
      const { read, rest } = await readWindow(log, window);
      if (read) await this.#keep(read);
      return [...rest];
    } catch (error) {
      if (!(error instanceof HubError || error instanceof WindowTooDeepError)) throw error;
      this.#fail(error);
      return [];
    }
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
    const report = this.#report;
    this.#failures++;
    if (report.status !== "ok") return;
    const unavailable = [ForbiddenError, NotFoundError, ServerError, RefusedError].some(
      (kind) => error instanceof kind,
    );
    report.status = unavailable && report.windows === 0 ? "unavailable" : "failed";
    report.failure = failureKind(error);
    report.message = this.#task.explain(error);
  }
}

/** Asks what the oldest event is that the source still returns, and keeps the answer as a raw file without rows. */
async function learnHorizon(task: AuditLogTask, report: StreamReport): Promise<void> {
  const { log, org, instant, warehouse, store, merge } = task;
  const known = await knownOldest(warehouse, org);
  if (known === null) return;
  try {
    const oldest = await findOldest(log, known, instant.getTime());
    const window = { from: instant.getTime(), to: instant.getTime() };
    const meta = {
      ...metaOf(task, window),
      kind: "horizon" as const,
      oldest_event_at: oldest === null ? null : new Date(oldest),
    };
    await merge(await store.write(meta, []));
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    report.message = `how far back the source goes could not be learned: ${error.message}`;
  }
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
