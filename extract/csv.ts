import type { CsvError, InfoRecord } from "csv-parse";

/** A row of a CSV file; `line` is the one on which it begins, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file that is no CSV: a quote that is never closed, a row without end. */
export class BrokenCsvError extends Error {
  override readonly name = "BrokenCsvError";
  readonly line: number;
  /** The place of the cell, from 0; null where it is not known. */
  readonly column: number | null;
  constructor(line: number, column: number | null, why: string) {
    super(why);
    this.line = line;
    this.column = column;
  }
}

/** A row of more characters than this is no row: an unclosed quote takes the rest of the file for one. */
const LONGEST_ROW = 1024 * 1024;

/**
 * The rows of a CSV file as they come, the header's first, as many at a time as a piece of the file holds. A byte order mark is
 * passed over, and so are empty lines; quoted cells may hold line ends. How many cells a row has is for the caller to judge.
 * @throws BrokenCsvError
 */
export async function* readCsv(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow[], void, undefined> {
  // loaded where there is something to read
  const { parse } = await import("csv-parse");
  const parser = parse({
    ...{ bom: true, info: true, relax_column_count: true, skip_empty_lines: true },
    ...{ record_delimiter: ["\r\n", "\n", "\r"], max_record_size: LONGEST_ROW },
  });
  let rows: CsvRow[] = [];
  let failure: unknown = null;
  let twice = 0; // a line end of two characters within quotes counts twice there
  let end = 0;
  parser.on("data", ({ record, info }: { record: string[]; info: InfoRecord }) => {
    const within = record.reduce((sum, cell) => sum + countIn(cell, "\r") + countIn(cell, "\n"), 0);
    rows.push({ line: info.lines - twice - within, cells: record });
    if (within > 0) twice += record.reduce((sum, cell) => sum + countIn(cell, "\r\n"), 0);
    end = info.lines - twice;
  });
  parser.on("error", (error) => {
    failure ??= error;
  });
  const ended = new Promise<void>((resolve) => {
    parser.once("end", resolve);
    parser.once("error", () => resolve());
  });
  const taken = (): CsvRow[] => {
    if (failure !== null) throw brokenCsv(failure, end + 1);
    const found = rows;
    rows = [];
    return found;
  };
  for await (const piece of pieces) {
    if (failure === null) await new Promise<void>((resolve) => parser.write(piece, () => resolve()));
    const found = taken();
    if (found.length > 0) yield found;
  }
  parser.end();
  await ended;
  const found = taken();
  if (found.length > 0) yield found;
}

function countIn(cell: string, what: string): number {
  return cell.includes(what) ? cell.split(what).length - 1 : 0;
}

/** `line`: the one after the last row that could be read. */
function brokenCsv(error: unknown, line: number): BrokenCsvError {
  const { code, message, column } = error as CsvError;
  const isOpen = code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE";
  const place = typeof column === "number" ? column : null;
  return new BrokenCsvError(line, place, isOpen ? "a quote is never closed" : message.split("\n")[0]!);
}
