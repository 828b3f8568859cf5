import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { InterruptedError } from "../../extract/hub/errors.ts";
import { NewerWarehouseError } from "../../load/warehouse/migrate.ts";
import {
  DataFolderError,
  NoWarehouseError,
  UnreadableWarehouseError,
  WarehouseHeldError,
} from "../../load/warehouse/open.ts";
import { NotAQuestionError } from "../../load/warehouse/rows.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { ConfigError } from "../config/problems.ts";
import { EXIT } from "../run/outcome.ts";
import { drawProgress } from "../run/progress.ts";
import { UsageError } from "../usage-error.ts";

/** The flags that every command takes, as the command line gives them. */
export interface CommonFlags {
  readonly config?: string;
  readonly data?: string;
  readonly connection?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The configuration of this process, its warnings shown. */
export function configOf(flags: CommonFlags, needConnections: boolean): Config {
  const { config: file, data, connection } = flags;
  const config = loadConfig({
    flags: { config: file, data, connection: needConnections ? (connection ?? []) : [] },
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
    needConnections,
  });
  for (const warning of config.warnings) process.stderr.write(`warning: ${warning}\n`);
  return config;
}

export function progressOf(flags: CommonFlags) {
  return drawProgress(process.stderr, flags.quiet === true);
}

/** Whether to colour: on a terminal only, and not where NO_COLOR asks for none. */
export function hasColor(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

export function terminalWidth(): number {
  return process.stdout.isTTY ? (process.stdout.columns ?? 100) : 100;
}

/** Writes to standard output, or to `file` whole or not at all; a report names people, so nobody else may read it. */
export async function emit(text: string | Uint8Array, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}; give --out another place`);
  }
}

/** Which way the process was asked to stop, and the signal that tells everybody. */
export class Stop {
  readonly #controller = new AbortController();
  exitCode: number | null = null;
  constructor() {
    process.once("SIGINT", () => this.#stop(EXIT.interrupted));
    process.once("SIGTERM", () => this.#stop(EXIT.terminated));
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  #stop(code: number): void {
    this.exitCode = code;
    this.#controller.abort(new InterruptedError());
    const again = () => process.exit(code);
    process.once("SIGINT", again);
    process.once("SIGTERM", again);
  }
}

/** The exit code of a failure and what to say of it. */
export function failureOf(error: unknown): { code: number; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WarehouseHeldError) {
    return {
      code: EXIT.held,
      message: `${message}. Another docktally run is under way there: wait for it, or stop it; nothing was read or changed`,
    };
  }
  if (error instanceof NoWarehouseError)
    return { code: EXIT.usage, message: `${message}. Run "docktally sync" first, or name the folder with --data DIR` };
  if (error instanceof UnreadableWarehouseError) {
    return { code: EXIT.usage, message: `${message}. "docktally rebuild" makes it anew from the raw files` };
  }
  if (error instanceof NewerWarehouseError)
    return { code: EXIT.usage, message: `${message}. Install that version or a later one` };
  const usage = [ConfigError, UsageError, NotAQuestionError, DataFolderError];
  if (usage.some((kind) => error instanceof kind)) return { code: EXIT.usage, message };
  const code = (error as { code?: unknown } | null)?.code;
  if (["EACCES", "EROFS", "EPERM", "ENOTDIR", "EEXIST"].includes(String(code))) {
    return { code: EXIT.usage, message: `${message}. The data folder must be writable` };
  }
  if (code === "ENOSPC" || /no space left|disk (is )?full/i.test(message)) {
    return {
      code: EXIT.unexpected,
      message: `${message}. The disk is full: free some space and run again, what was complete is kept`,
    };
  }
  return { code: EXIT.unexpected, message };
}

/** Says what went wrong and sets the exit code. */
export function complain(error: unknown): number {
  const { code, message } = failureOf(error);
  process.stderr.write(`docktally: ${message}\n`);
  if (code === EXIT.unexpected && process.env.DOCKTALLY_DEBUG && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exitCode = code;
  return code;
}
