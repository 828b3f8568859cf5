import { stripVTControlCharacters } from "node:util";
import type { FailedCheck } from "../../load/checks.ts";
import { wrapText, wrapWords } from "../reports/wrap.ts";
import { widthOf } from "../screen.ts";

/** What a run reports while it works; drawn here and nowhere else. */
export type Progress =
  | { readonly kind: "connection"; readonly name: string; readonly org: string }
  | { readonly kind: "step"; readonly text: string }
  /** What is under way now, until something else is said. */
  | { readonly kind: "working"; readonly text: string }
  /** One more answer, for what is under way. */
  | { readonly kind: "request" }
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
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Draws on standard error: one line that is rewritten on a terminal, else a line for each step and now and then one in long work. */
export function drawProgress(screen: Screen, quiet: boolean): OnProgress & { end(): void } {
  let shown = "";
  let lastLine = 0;
  let work: { text: string; requests: number } | null = null;
  const clear = () => {
    if (shown) screen.write("\r\u001b[2K");
    shown = "";
  };
  const line = (text: string) => {
    clear();
    screen.write(`${wrapText(printable(text), widthOf(screen))}\n`);
    lastLine = performance.now();
  };
  const passing = (text: string) => {
    if (!screen.isTTY) {
      if (performance.now() - lastLine > 10_000) line(text);
      return;
    }
    clear();
    // one line, or what is rewritten would stay
    shown = wrapWords(printable(text), Math.max(1, widthOf(screen) - 1))[0]!;
    screen.write(shown);
  };
  const draw = (progress: Progress) => {
    if (progress.kind === "warning") return line(`warning: ${progress.text}`);
    if (quiet) return;
    if (progress.kind === "connection") line(`${progress.name}: reading organization ${progress.org}`);
    else if (progress.kind === "step") line(`  ${progress.text}`);
    else if (progress.kind === "working") {
      work = { text: progress.text, requests: 0 };
      passing(`  ${progress.text}`);
    } else if (progress.kind === "request") {
      if (work === null) return;
      work.requests++;
      passing(`  ${work.text}: ${work.requests} ${work.requests === 1 ? "request" : "requests"} answered`);
    } else if (progress.kind === "windows") {
      work = null;
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
