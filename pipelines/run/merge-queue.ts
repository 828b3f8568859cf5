import type { RawStore } from "../../extract/raw/store.ts";
import { STREAMS } from "../../extract/streams.ts";
import { loadedFiles } from "../../load/coverage.ts";
import { BATCH_RECORDS } from "../../load/merge/batches.ts";
import { type MergeResult, mergeRawFiles } from "../../load/merge/merge.ts";
import { MisdatedRawFileError } from "../../load/merge/misdated-files.ts";
import type { BrokenRawFileError } from "../../load/merge/raw-files.ts";
import { addWarning, wasUnmerged } from "../../load/runs.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { OnProgress } from "./progress.ts";

/** What is said of these is no matter of a nightly mail. */
const OPTIONAL: ReadonlySet<string> = new Set(STREAMS.filter(({ isOptional }) => isOptional).map(({ name }) => name));

/** So much waits for one merge: many small ones cost more each, and leave row groups that are not full. */
const MERGED_AT_ONCE = { records: BATCH_RECORDS, files: 400 };

/** So many merges may wait before reading is held up: files are on disk, and what waits is their names. */
const MOST_WAITING = 8;

interface Waiting {
  readonly files: readonly string[];
  readonly records: number;
}

interface MergeQueueOptions {
  readonly runId: string;
  readonly onProgress: OnProgress;
  /** Raw files that cannot be read stay where they are instead of being set aside. */
  readonly leaveBroken: boolean;
}

/** Merges raw files in the background, in the order in which they were written, while the next ones are being read. */
export class MergeQueue {
  /** Raw files that could not be read and were set aside. */
  readonly brokenFiles: string[] = [];
  /** Raw files that could not be merged and stay where they are. */
  readonly unmergedFiles: string[] = [];
  /** Snapshots that an earlier run left and that were not merged, since newer ones were; reported now for the first time. */
  readonly staleFiles: string[] = [];
  readonly #warehouse: WarehouseFile;
  readonly #store: RawStore;
  readonly #runId: string;
  readonly #onProgress: OnProgress;
  readonly #leaveBroken: boolean;
  readonly #waiting: Waiting[] = [];
  readonly #counts = new Map<string, { facts: number; rejected: number }>();
  readonly #refused = new Map<string, { current: number; gone: number }>();
  readonly #unmerged = new Map<string, string>();
  readonly #newer = new Map<string, Date>();
  /** Raw files that are dated ahead of now, as far as this machine's clock alone can tell. */
  readonly #futureDated: MisdatedRawFileError[] = [];
  #working: Promise<void> | null = null;
  #error: unknown = null;

  constructor(warehouse: WarehouseFile, store: RawStore, { runId, onProgress, leaveBroken }: MergeQueueOptions) {
    this.#leaveBroken = leaveBroken;
    this.#warehouse = warehouse;
    this.#store = store;
    this.#runId = runId;
    this.#onProgress = onProgress;
  }

  /** Merges what an earlier run wrote but did not come to merge: all there is, where the warehouse was deleted. */
  async mergeLeftOver(signal: AbortSignal): Promise<void> {
    const loaded = await loadedFiles(this.#warehouse);
    const left = (await this.#store.list()).filter((file) => !loaded.has(file));
    if (left.length === 0) return;
    const why = loaded.size === 0 ? "the warehouse is new: building it from" : "merging what an earlier run left:";
    this.#onProgress({ kind: "step", text: `${why} ${left.length} raw files` });
    await this.#record(await mergeRawFiles(this.#warehouse, left, signal), false);
  }

  /** Hands raw files over, those that belong together in one call; waits only when too many are waiting. */
  async add(files: readonly string[], records: number): Promise<void> {
    this.#throwError();
    this.#waiting.push({ files, records });
    if (!this.#hasEnough(1)) return;
    const working = this.#startWork(false);
    if (this.#hasEnough(MOST_WAITING)) await working;
    this.#throwError();
  }

  /** Waits until all is merged. */
  async drain(): Promise<void> {
    while (this.#working || this.#waiting.length > 0) await this.#startWork(true);
    this.#throwError();
  }

  /** Ends with the batch under way, whatever becomes of it: nothing may use the warehouse when it is closed. */
  async stop(): Promise<void> {
    this.#waiting.length = 0;
    while (this.#working) await this.#working;
  }

  /** What was merged for an organization's stream in this run. */
  countsOf(org: string, stream: string): { facts: number; rejected: number } {
    return this.#counts.get(keyOf(org, stream)) ?? { facts: 0, rejected: 0 };
  }

  /** Why the organization's snapshot was not merged; null where it was. */
  refusalOf(org: string, stream: string): { current: number; gone: number } | null {
    return this.#refused.get(keyOf(org, stream)) ?? null;
  }

  /** Why what this run read of an organization's stream could not be merged; null where all was. */
  unmergedOf(org: string, stream: string): string | null {
    return this.#unmerged.get(keyOf(org, stream)) ?? null;
  }

  /** When the snapshot was taken that was merged in the place of this run's; null where this run's was merged. */
  newerThan(org: string, stream: string): Date | null {
    return this.#newer.get(keyOf(org, stream)) ?? null;
  }

  /** What becomes of raw files that are dated ahead of now: set aside where a server's clock has confirmed ours, else left. */
  async settleFutureDated(isClockConfirmed: boolean): Promise<void> {
    for (const error of this.#futureDated.splice(0)) {
      const left = "left where it is, the next run tries again: compare this machine's clock with the time";
      await this.#warnOfBroken(error, isClockConfirmed ? await this.#setAside(error) : left);
    }
  }

  #hasEnough(batches: number): boolean {
    const records = this.#waiting.reduce((sum, one) => sum + one.records, 0);
    return records >= MERGED_AT_ONCE.records * batches || this.#waiting.length >= MERGED_AT_ONCE.files * batches;
  }

  /** What fits into one batch, at least the first; what is more waits for the next. */
  #next(): string[] {
    const files: string[] = [];
    let room = MERGED_AT_ONCE.records;
    do {
      const one = this.#waiting.shift()!;
      files.push(...one.files);
      room -= one.records;
    } while (this.#waiting[0] && this.#waiting[0].records <= room);
    return files;
  }

  #startWork(isAll: boolean): Promise<void> {
    this.#working ??= this.#work(isAll).finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #work(isAll: boolean): Promise<void> {
    try {
      while (this.#hasEnough(1) || (isAll && this.#waiting.length > 0)) {
        const files = this.#next();
        if (isAll) this.#onProgress({ kind: "working", text: `merging ${files.length} raw files` });
        await this.#record(await mergeRawFiles(this.#warehouse, files), true);
      }
    } catch (error) {
      this.#error ??= error;
      this.#waiting.length = 0;
    }
  }

  #throwError(): void {
    if (this.#error !== null) throw this.#error;
  }

  async #record({ counts, refused, stale, broken, unmerged }: MergeResult, isOfThisRun: boolean): Promise<void> {
    for (const { org, stream, facts, rejected } of isOfThisRun ? counts : []) {
      const sum = this.countsOf(org, stream);
      this.#counts.set(keyOf(org, stream), {
        facts: sum.facts + facts,
        rejected: sum.rejected + rejected,
      });
    }
    for (const { stream, warnings = [] } of counts)
      for (const text of warnings) this.#onProgress({ kind: OPTIONAL.has(stream) ? "step" : "warning", text });
    for (const { org, stream, current, gone, file } of refused) {
      if (isOfThisRun) this.#refused.set(keyOf(org, stream), { current, gone });
      const message = `the snapshot ${file} would close ${gone} of ${current} current members and was refused`;
      await addWarning(this.#warehouse, this.#runId, { org, stream, kind: "shrink_guard", message });
    }
    for (const { org, stream, file, taken, newer } of stale) {
      if (isOfThisRun) this.#newer.set(keyOf(org, stream), newer);
      const message = `the snapshot ${file} of ${taken.toISOString()} was not merged: one of ${newer.toISOString()} was merged before it`;
      const isNew = await addWarning(this.#warehouse, this.#runId, { org, stream, kind: "stale", message });
      if (!isNew || isOfThisRun || (await wasUnmerged(this.#warehouse, file))) continue;
      this.staleFiles.push(file);
      this.#onProgress({ kind: "warning", text: message });
    }
    for (const error of broken) {
      const left =
        "left where it is, the next sync sets it aside and reads its window again if the source still has it";
      if (this.#leaveBroken) await this.#warnOfBroken(error, left);
      else if (error instanceof MisdatedRawFileError && error.isAhead) this.#futureDated.push(error);
      else await this.#warnOfBroken(error, await this.#setAside(error));
    }
    for (const { file, org, stream, message: why } of unmerged) {
      this.unmergedFiles.push(file);
      const message = `the raw file ${file} could not be merged: ${why}; it stays where it is, and the next run tries it again`;
      if (isOfThisRun && org !== null) this.#unmerged.set(keyOf(org, stream), message);
      this.#onProgress({ kind: "warning", text: message });
      await addWarning(this.#warehouse, this.#runId, { org, stream, kind: "unmerged_raw_file", message });
    }
  }

  async #setAside(error: BrokenRawFileError): Promise<string> {
    return `set aside as ${await this.#store.setAside(error.file)}, its window is read again if the source still has it`;
  }

  async #warnOfBroken(error: BrokenRawFileError, next: string): Promise<void> {
    this.brokenFiles.push(error.file);
    const message = `${error.message}; ${next}`;
    this.#onProgress({ kind: "warning", text: message });
    const kind = error instanceof MisdatedRawFileError ? "misdated_raw_file" : "broken_raw_file";
    await addWarning(this.#warehouse, this.#runId, { org: null, stream: null, kind, message });
  }
}

function keyOf(org: string, stream: string | null): string {
  return `${org.toLowerCase()}/${stream}`;
}
