import { CsvError, type Info, parse } from "csv-parse/sync";
import { ConfigError, type Problem, quoted } from "./problems.ts";

/** A row of a table that the operator keeps beside the configuration. */
export interface Line {
  readonly cells: readonly string[];
  /** The line of the file that the row ends on. */
  readonly line: number;
}

/** Where each known column stands in a row. */
export type Header<Column extends string> = ReadonlyMap<Column, number>;

/** Collects what is wrong, by line and column. */
export type Report = (line: number, key: string, message: string) => void;

/** Runs `read` on what reports problems, and throws all of them as one `ConfigError`. */
export function reporting<Result>(file: string, read: (report: Report, count: () => number) => Result): Result {
  const problems: Problem[] = [];
  const result = read(
    (line, key, message) => problems.push({ file, line, key, message }),
    () => problems.length,
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return result;
}

/**
 * The rows of a CSV text that hold anything, the header's first.
 * @throws ConfigError
 */
export function readLines(text: string, file: string): Line[] {
  const delimiter = delimiterOf(text);
  const options = {
    bom: true,
    delimiter,
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
  } as const;
  try {
    const rows = parse(text, options) as unknown as { record: string[]; info: Info }[];
    return rows
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 1);
    const message = `this is not valid CSV; check the quotes here: each is closed, and doubled inside a cell (${error.code})`;
    throw new ConfigError([{ file, line, key: "", message }]);
  }
}

/** A comma, unless the first line has none but a semicolon or a tab, as some spreadsheets write. */
function delimiterOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  return [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
}

/** What a header may hold: each name with the column it means, and the columns of which one must be there. */
export interface HeaderRule<Column extends string> {
  readonly names: ReadonlyMap<string, Column>;
  readonly oneOf: readonly Column[];
}

/** Finds the columns by name, in any order and capitals; those it does not know are passed over. */
export function readHeader<Column extends string>(
  { cells, line }: Line,
  { names, oneOf }: HeaderRule<Column>,
  report: Report,
): Header<Column> {
  const header = new Map<Column, number>();
  cells.forEach((cell, index) => {
    const column = names.get(cell.toLowerCase().replace(/[\s-]+/g, "_"));
    if (column === undefined) return;
    if (header.has(column)) report(line, column, "this column stands here twice; keep one");
    header.set(column, index);
  });
  if (!oneOf.some((column) => header.has(column))) {
    const shown = cells.map((cell) => quoted(cell)).join(", ");
    report(
      line,
      "",
      `found the columns ${shown}: expected ${oneOf.join(" or ")} among them; name ${oneOf.length > 1 ? "one of them" : "it"} so`,
    );
  }
  return header;
}

/** A row's cell by its column; null where it is empty or not there. Reports a row with more cells than the header. */
export function cellsOf<Column extends string>(
  { cells, line }: Line,
  { header, width }: { header: Header<Column>; width: number },
  report: Report,
): (column: Column) => string | null {
  if (cells.length > width)
    report(line, "", `found ${cells.length} cells under ${width} columns; put a cell that holds a comma in quotes`);
  return (column) => {
    const index = header.get(column);
    return index === undefined ? null : cells[index] || null;
  };
}

/** Reports each key that an earlier row has, too; null is no key. */
export function reportTwins(
  rows: readonly { readonly line: number; readonly key: string | null; readonly shown: string | null }[],
  column: string,
  report: Report,
): void {
  const lines = new Map<string, number>();
  for (const { line, key, shown } of rows) {
    if (key === null) continue;
    const first = lines.get(key);
    if (first !== undefined)
      report(line, column, `${quoted(shown ?? key)} stands on line ${first} too; keep one of the lines`);
    else lines.set(key, line);
  }
}
