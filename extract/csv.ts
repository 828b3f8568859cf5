import { CsvError, type InfoRecord, parse } from "csv-parse";

/** A row's cells as text, and the line of the file on which it begins, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The header comes first, once; a file without a byte has none. */
export type CsvPart = { readonly header: readonly string[] } | { readonly rows: readonly CsvRow[] };

/** A row that is no row of its table: a quote that never closes, too few or too many cells. */
export class BrokenCsvError extends Error {
  override readonly name = "BrokenCsvError";
  readonly line: number;
  constructor(what: string, line: number) {
    super(`line ${line}: ${what}`);
    this.line = line;
  }
}

/** A row cannot be longer: what is after a quote that never closes is not gathered without end. */
const LONGEST_ROW = 1024 * 1024;

/**
 * CSV as it comes, in bounded memory: a byte order mark is dropped, quoted cells may hold line ends, empty lines are no rows.
 * Names of the header are trimmed.
 * @throws BrokenCsvError
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvPart, void, undefined> {
  const found: CsvRow[] = [];
  let broken: BrokenCsvError | null = null;
  let [line, lines, width] = [1, 0, 0];
  const take = (cells: string[], info: InfoRecord) => {
    const isLong = info.lines - lines > 1;
    const row = { line, cells };
    line += 1 + (isLong ? cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0) : 0);
    lines = info.lines;
    if (cells.length === 1 && cells[0] === "") return null;
    if (width === 0) width = cells.length;
    if (cells.length !== width)
      broken ??= new BrokenCsvError(`${cells.length} cells, where the header has ${width}`, row.line);
    found.push(row);
    return null;
  };
  // an empty line is left to be counted, and so is a row's length: the parser counts a line end of two bytes twice
  const options = { bom: true, relax_column_count: true, record_delimiter: ["\r\n", "\n"] };
  const parser = parse({ ...options, max_record_size: LONGEST_ROW, on_record: take });
  const write = (chunk: Uint8Array | null) =>
    new Promise<void>((resolve, reject) => {
      parser.once("error", reject);
      const done = () => {
        parser.off("error", reject);
        resolve();
      };
      if (chunk === null) parser.end(done);
      else parser.write(chunk, (error) => (error ? reject(error) : done()));
    });
  parser.resume();
  let isBegun = false;
  const parts = function* (): Generator<CsvPart> {
    if (broken) throw broken;
    const rows = found.splice(0);
    const header = isBegun ? undefined : rows.shift();
    if (header) {
      isBegun = true;
      yield { header: header.cells.map((name) => name.trim()) };
    }
    if (rows.length > 0) yield { rows };
  };
  try {
    for await (const chunk of chunks) {
      await write(chunk);
      yield* parts();
    }
    await write(null);
    yield* parts();
  } catch (error) {
    throw error instanceof CsvError ? new BrokenCsvError(wordsOf(error), line) : error;
  } finally {
    parser.on("error", () => {}).destroy();
  }
}

function wordsOf({ code }: CsvError): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") return "a quote is not closed before the file ends";
  if (code === "CSV_MAX_RECORD_SIZE") return `a row is longer than ${LONGEST_ROW} bytes`;
  return "a quote stands where none may";
}

/** Where the column is that has one of these names, whatever its capitals; -1 where none has. */
export function columnOf(header: readonly string[], names: readonly string[]): number {
  return header.findIndex((name) => names.includes(name.toLowerCase()));
}
