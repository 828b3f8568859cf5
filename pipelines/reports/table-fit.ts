import type { ValueType } from "../../load/warehouse/rows.ts";
import { displayWidth } from "./wrap.ts";

/** A table as text, before it is laid out. */
export interface Cells {
  readonly types: readonly ValueType[];
  readonly header: readonly string[];
  readonly body: readonly (readonly string[])[];
}

/** How a table fits: the width of each column, and how many columns stand on a row's first line. */
export interface Fit {
  readonly widths: readonly number[];
  readonly onFirst: number;
}

export const GAP = "  ";
/** What the second line of a row begins with. */
export const INDENT = "  ";
/** A text goes on below itself at most this often, so that a column is no tower of words. */
const MOST_LINES = 4;
const BROKEN_AT_WORDS: ReadonlySet<ValueType> = new Set<ValueType>(["text", "list", "json"]);

/** How the cells fit a width: as they are, else broken at words, else on two lines a row; null where they do not. No value is cut. */
export function fitTable(cells: Cells, width: number): Fit | null {
  const { header } = cells;
  const whole = wholeWidths(cells);
  if (lineWidth(whole) <= width) return { widths: whole, onFirst: header.length };
  const least = whole.map((most, i) => leastWidth(cells, i, most));
  const one = shrink(whole, least, width);
  if (one) return { widths: one, onFirst: header.length };
  for (let count = header.length - 1; count > 0; count--) {
    const first = shrink(whole.slice(0, count), least.slice(0, count), width);
    if (first === null) continue;
    const second = shrink(whole.slice(count), least.slice(count), width - INDENT.length);
    return second && { widths: [...first, ...second], onFirst: count };
  }
  return null;
}

/** Whether the cells fit one line a row as they are. */
export function fitsWhole(cells: Cells, width: number): boolean {
  return lineWidth(wholeWidths(cells)) <= width;
}

function wholeWidths({ header, body }: Cells): number[] {
  return header.map((name, i) =>
    body.reduce((widest, row) => Math.max(widest, displayWidth(row[i]!)), Math.max(1, displayWidth(name))),
  );
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, w) => sum + w, GAP.length * Math.max(0, widths.length - 1));
}

/** The narrowest that a column can be without a word of it, or a part of its name, being broken. */
function leastWidth({ types, header, body }: Cells, i: number, whole: number): number {
  const name = Math.max(...headerParts(header[i]!).map(displayWidth));
  const isText = BROKEN_AT_WORDS.has(types[i]!);
  const widthOf = (text: string) => (isText ? Math.max(...text.split(" ").map(displayWidth)) : displayWidth(text));
  const widest = body.reduce((most, row) => Math.max(most, widthOf(row[i]!)), 1);
  return Math.max(name, widest, isText ? Math.ceil(whole / MOST_LINES) : 1);
}

/** The widths of one line that fit, the widest column giving way first; null where none do. */
function shrink(whole: readonly number[], least: readonly number[], width: number): number[] | null {
  if (lineWidth(least) > width) return null;
  const widths = [...whole];
  for (let over = lineWidth(widths) - width; over > 0; over--) {
    const slack = widths.map((w, i) => (w > least[i]! ? w : 0));
    const i = slack.lastIndexOf(Math.max(...slack));
    widths[i] = widths[i]! - 1;
  }
  return widths;
}

/** The parts of a column's name that may stand below each other: `last_`, `activity_`, `at`. */
export function headerParts(name: string): string[] {
  return name.match(/[^_]+_*|_+/g) ?? [name];
}
