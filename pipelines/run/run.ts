import { newRunId, RawStore } from "../../extract/raw/store.ts";
import { carrySettings, openForRebuild } from "../../load/rebuild.ts";
import { addWarning, beginRun, endRun, type RunEnd, type Warning } from "../../load/runs.ts";
import { migrate } from "../../load/warehouse/migrate.ts";
import { openWriter, type WarehouseFile } from "../../load/warehouse/open.ts";
import { VERSION } from "../version.ts";
import { finishLoad } from "./finish.ts";
import { MergeQueue } from "./merge-queue.ts";
import { type ConnectionReport, EXIT } from "./outcome.ts";
import type { OnProgress } from "./progress.ts";
import { renewFacts } from "./renew-facts.ts";
import { importSkippedRuns, noteSkippedRun } from "./skipped-runs.ts";

/** What every run is given. */
export interface RunOptions {
  readonly dataDir: string;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** A new one where it is not given. */
  readonly runId?: string | undefined;
}

/** How a run ended. */
export interface RunReport {
  readonly run_id: string;
  readonly status: "ok" | "partial" | "failed" | "interrupted";
  readonly started_at: string;
  readonly finished_at: string;
  readonly requests: number;
  readonly connections: readonly ConnectionReport[];
  readonly exitCode: number;
  readonly message: string | null;
}

/** What a run's own work came to, before it is checked and published. */
export interface Outcome {
  readonly exitCode: number;
  readonly message: string | null;
  /** Whether marts are built and published from it. */
  readonly isPublished: boolean;
}

type Ending = Pick<RunEnd, "status" | "exit_code" | "message"> & Pick<RunReport, "status">;

/** One run of `sync`, `import` or `rebuild`, from the opening of the writer's warehouse to its row in `ops.runs`. */
export class Run {
  readonly id: string;
  readonly warehouse: WarehouseFile;
  readonly store: RawStore;
  readonly queue: MergeQueue;
  readonly #command: keyof typeof COMMANDS;
  readonly #options: RunOptions;
  readonly #connections: ConnectionReport[] = [];
  readonly #interrupts: { stop(): void };
  #requests = 0;

  private constructor(id: string, command: keyof typeof COMMANDS, opened: RunOptions & { warehouse: WarehouseFile }) {
    const { warehouse, dataDir, onProgress, signal } = opened;
    this.id = id;
    this.warehouse = warehouse;
    this.store = new RawStore(dataDir);
    this.queue = new MergeQueue(warehouse, this.store, { runId: id, onProgress, ...COMMANDS[command] });
    this.#command = command;
    this.#options = opened;
    this.#interrupts = interruptEngine(warehouse, signal);
  }

  /**
   * Opens the warehouse for one run; one that finds it held leaves a note for the next run.
   * @throws WarehouseHeldError, DataFolderError, UnreadableWarehouseError
   */
  static async open(command: keyof typeof COMMANDS, options: RunOptions): Promise<Run> {
    const { dataDir, startedAt, runId = newRunId(startedAt) } = options;
    try {
      const warehouse = await COMMANDS[command].open(dataDir);
      return new Run(runId, command, { ...options, warehouse });
    } catch (error) {
      await noteSkippedRun(dataDir, { run_id: runId, command, started_at: startedAt, version: VERSION }, error);
      throw error;
    }
  }

  /** What was read so far. */
  get connections(): readonly ConnectionReport[] {
    return this.#connections;
  }

  /** Begins the run, does its work and ends it; a failure is noted with the run and thrown. */
  async execute(work: () => Promise<Outcome>): Promise<RunReport> {
    const { signal } = this.#options;
    try {
      await this.#begin();
      const outcome = await work();
      return signal.aborted ? await this.#endInterrupted() : await this.#publish(outcome);
    } catch (error) {
      await this.queue.stop();
      if (signal.aborted) return await this.#endInterrupted();
      const message = error instanceof Error ? error.message : String(error);
      // on a full disk it cannot be noted
      await this.#end({ status: "failed", exit_code: EXIT.unexpected, message }).catch(() => {});
      throw error;
    }
  }

  /** Renews facts that older rules made, and merges what an earlier run left. */
  async catchUp(): Promise<void> {
    const { signal, onProgress } = this.#options;
    await renewFacts(this.warehouse, this.store, onProgress);
    await this.queue.mergeLeftOver(signal);
  }

  /** Keeps what became of a connection, its warnings in `ops.warnings`. */
  async add(read: { report: ConnectionReport; requests: number; warnings: readonly Warning[] }): Promise<void> {
    for (const warning of read.warnings) await addWarning(this.warehouse, this.id, warning);
    this.#connections.push(read.report);
    this.#requests += read.requests;
  }

  close(): void {
    this.#interrupts.stop();
    this.warehouse.close();
  }

  async #begin(): Promise<void> {
    const { startedAt } = this.#options;
    await migrate(this.warehouse, VERSION);
    await carrySettings(this.warehouse);
    await importSkippedRuns(this.warehouse);
    const run = { run_id: this.id, command: this.#command, started_at: startedAt, version: VERSION };
    await beginRun(this.warehouse, run);
  }

  /** Marts, checks, publishing, once the run's own row says how the work ended. */
  async #publish({ exitCode, message, isPublished }: Outcome): Promise<RunReport> {
    const status = exitCode === EXIT.done ? "ok" : exitCode === EXIT.partial ? "partial" : "failed";
    const ended = await this.#end({ status, exit_code: exitCode, message });
    const failed = isPublished ? await finishLoad(this.warehouse, this.#options.onProgress) : null;
    if (failed === null) return ended;
    if (failed.kind === "checks")
      return this.#end({ status: "failed", exit_code: EXIT.checkFailed, message: failed.message });
    const partial: Ending = { status: "partial", exit_code: EXIT.partial, message: failed.message };
    return this.#end(partial).catch(() => this.#report(partial));
  }

  /** Marts and publishing are left to the next run. */
  async #endInterrupted(): Promise<RunReport> {
    this.#interrupts.stop();
    const message = "interrupted; what was complete is kept, the next run goes on from there";
    return this.#end({ status: "interrupted", exit_code: EXIT.interrupted, message });
  }

  async #end(ending: Ending): Promise<RunReport> {
    const [requests, connections] = [this.#requests, this.#connections];
    await endRun(this.warehouse, this.id, { ...ending, finished_at: new Date(), requests, connections });
    return this.#report(ending);
  }

  #report({ status, exit_code, message }: Ending): RunReport {
    return {
      run_id: this.id,
      status,
      started_at: this.#options.startedAt.toISOString(),
      finished_at: new Date().toISOString(),
      requests: this.#requests,
      connections: [...this.#connections],
      exitCode: exit_code,
      message,
    };
  }
}

function openLean(dataDir: string): Promise<WarehouseFile> {
  return openWriter(dataDir, { leanMemoryLimit: "128MB" });
}

/** How each command opens the warehouse, and what becomes of raw files that cannot be read. */
const COMMANDS = {
  // pages are held beside the engine while it merges
  sync: { open: openLean, leaveBroken: false },
  import: { open: openLean, leaveBroken: false },
  rebuild: { open: openForRebuild, leaveBroken: true },
} as const;

/** An engine's long statement is given this long to end by itself when the run is asked to stop; then it is rolled back. */
const ENGINE_GRACE_MS = 700;

/** Breaks off what the engine is doing shortly after `signal`: its transaction is rolled back, the raw file is merged by the next run. */
function interruptEngine(warehouse: WarehouseFile, signal: AbortSignal): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setInterval(() => warehouse.connection.interrupt(), ENGINE_GRACE_MS);
  };
  signal.addEventListener("abort", start, { once: true });
  return {
    stop() {
      signal.removeEventListener("abort", start);
      clearInterval(timer);
    },
  };
}
