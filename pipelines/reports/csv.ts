import type { QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { plainText } from "./plain-text.ts";

export interface CsvOptions {
  /** Puts an apostrophe before text that a spreadsheet would run as a formula. */
  readonly defuseFormulas?: boolean;
}

/** Rows as CSV (RFC 4180, with LF): a header, an empty cell for a missing value, lists joined with `; `. */
export function toCsv({ columns, rows }: QueryRows, options: CsvOptions = {}): string {
  const cell = (value: unknown, type: ValueType) => {
    const text = plainText(value, type) ?? "";
    return quoteCell(options.defuseFormulas === true && RUNNABLE.has(type) ? defuseFormula(text) : text);
  };
  const header = columns.map(({ name }) => cell(name, "text"));
  const lines = rows.map((row) => columns.map(({ type }, i) => cell(row[i], type)));
  return [header, ...lines].map(joinCells).join("");
}

/** The types whose text somebody else wrote; a negative number is no formula. */
const RUNNABLE: ReadonlySet<ValueType> = new Set<ValueType>(["text", "list", "json"]);

/** Text that a spreadsheet would run as a formula, with an apostrophe before it. */
export function defuseFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoteCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of one empty cell is quoted: readers skip a blank line. */
function joinCells(cells: readonly string[]): string {
  return cells.length === 1 && cells[0] === "" ? '""\n' : `${cells.join(",")}\n`;
}
