import { stripVTControlCharacters } from "node:util";
import type { FailedCheck } from "../../load/checks.ts";

/** What a run reports while it works; drawn here and nowhere else. */
export type Progress =
  | { readonly kind: "connection"; readonly name: string; readonly org: string }
  | { readonly kind: "step"; readonly text: string }
  | {
      readonly kind: "windows";
      readonly org: string;
      readonly done: number;
      readonly open: number;
      readonly records: number;
    }
  | { readonly kind: "wait"; readonly reason: string; readonly delay_ms: number }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "checks"; readonly checks: number; readonly failed: readonly FailedCheck[] };

export type OnProgress = (progress: Progress) => void;

interface Screen {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Draws on standard error: one line that is rewritten on a terminal, else a line for each step and now and then one in long work. */
export function drawProgress(screen: Screen, quiet: boolean): OnProgress & { end(): void } {
  let shown = "";
  let lastLine = 0;
  const clear = () => {
    if (shown) screen.write("\r\u001b[2K");
    shown = "";
  };
  const line = (text: string) => {
    clear();
    screen.write(`${printable(text)}\n`);
    lastLine = performance.now();
  };
  const passing = (text: string) => {
    if (!screen.isTTY) {
      if (performance.now() - lastLine > 10_000) line(text);
      return;
    }
    clear();
    shown = printable(text).slice(0, 100);
    screen.write(shown);
  };
  const draw = (progress: Progress) => {
    if (progress.kind === "warning") return line(`warning: ${progress.text}`);
    if (quiet) return;
    if (progress.kind === "connection") line(`${progress.name}: reading organization ${progress.org}`);
    else if (progress.kind === "step") line(`  ${progress.text}`);
    else if (progress.kind === "windows") {
      passing(
        `  audit log: ${progress.done} windows read, ${progress.open} to go, ${progress.records.toLocaleString("en")} records`,
      );
    } else if (progress.kind === "wait") {
      if (progress.delay_ms >= 2000) passing(`  waiting ${Math.ceil(progress.delay_ms / 1000)} s (${progress.reason})`);
    } else if (progress.failed.length === 0) line(`  ${progress.checks} checks hold`);
  };
  return Object.assign(draw, { end: clear });
}

/** One line without control characters, whatever a server put into it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
