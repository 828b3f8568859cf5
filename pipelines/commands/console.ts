import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { type Config, loadConfig } from "../config/config.ts";
import type { Screen } from "../reports/render.ts";
import { wrapText } from "../reports/wrap.ts";
import { drawProgress } from "../run/progress.ts";
import { widthOf } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import type { CommonFlags, OutputFlags } from "./flags.ts";

/** The configuration of this process, its warnings shown. */
export function configOf(flags: CommonFlags, needConnections: boolean): Config {
  const { config: file, data, connection } = flags;
  const config = loadConfig({
    flags: { config: file, data, connection: needConnections ? (connection ?? []) : [] },
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
    needConnections,
  });
  for (const warning of config.warnings) note(`warning: ${warning}`);
  return config;
}

export function progressOf(flags: CommonFlags) {
  return drawProgress(process.stderr, flags.quiet === true);
}

/** Whether to colour: on a terminal only, and not where NO_COLOR asks for none. */
export function hasColor(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}

/** Prints text for a person: no line is wider than the screen. */
export async function say(text: string): Promise<void> {
  await emit(wrapText(text, widthOf(process.stdout)), undefined);
}

/** Says on standard error what a person should know of a run. */
export function note(text: string): void {
  process.stderr.write(`${wrapText(text, widthOf(process.stderr))}\n`);
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

/** A document as `--json` prints it. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Where an answer goes: a file has no colour and is no terminal. */
export function screenOf({ out, wide }: OutputFlags): Screen {
  return {
    columns: out === undefined && !wide ? widthOf(process.stdout) : Number.POSITIVE_INFINITY,
    color: out === undefined && hasColor(),
    isTerminal: out === undefined && process.stdout.isTTY === true,
  };
}
