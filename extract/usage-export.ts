import { createReadStream } from "node:fs";
import { CsvError, type Info, parse } from "csv-parse";
import type { Page } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";

/** The columns of the CSV that Docker Hub's usage page sends by e-mail. */
export const USAGE_COLUMNS = [
  ...["datehour", "user_name", "repository", "access_token_name", "ips"],
  ...["repository_privacy", "tag", "digest", "version_checks", "pulls"],
] as const;

/** A row of a CSV file, and the line of the file that it ends on. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The file is no CSV from some line on. */
export class BrokenCsvError extends Error {
  override readonly name = "BrokenCsvError";
  readonly line: number;
  /** The place of the column, from 0; null where it is not known. */
  readonly column: number | null;
  constructor(error: CsvError) {
    super(`this is not valid CSV; check the quotes here: each is closed, and doubled inside a cell (${error.code})`, {
      cause: error,
    });
    this.line = Number(error.lines ?? 1);
    this.column = typeof error.column === "number" ? error.column : null;
  }
}

/** The longest row that is read; without it, a quote that is never closed would take the whole file into memory. */
const MOST_ROW_BYTES = 1024 * 1024;

/**
 * The lines of a CSV file, the header too, empty ones left out; never the whole file in memory.
 * @throws BrokenCsvError
 */
export async function* csvLines(path: string): AsyncGenerator<CsvLine, void, undefined> {
  const file = createReadStream(path);
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
  const parser = parse({ ...options, max_record_size: MOST_ROW_BYTES });
  file.on("error", (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>)
      yield { cells: record, line: info.lines };
  } catch (error) {
    throw error instanceof CsvError ? new BrokenCsvError(error) : error;
  } finally {
    file.destroy();
    parser.destroy();
  }
}

/** Rows of a page; the whole page is one batch of the raw file. */
const PAGE_ROWS = 4096;

/** The rows of a CSV file as records, one JSON object each: the header's names as they stand there, trimmed, and the cells' texts. */
export async function* csvPages(path: string, fetchedAt: Date): AsyncGenerator<readonly PageRows[], void, undefined> {
  let header: readonly string[] | null = null;
  let texts: string[] = [];
  let number = 0;
  for await (const { cells } of csvLines(path)) {
    if (header === null) {
      header = cells.map((name) => name.trim());
      continue;
    }
    texts.push(JSON.stringify(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]))));
    if (texts.length < PAGE_ROWS) continue;
    yield [{ page: pageOf(texts, fetchedAt), number: ++number }];
    texts = [];
  }
  if (texts.length > 0) yield [{ page: pageOf(texts, fetchedAt), number: ++number }];
}

function pageOf(texts: readonly string[], fetchedAt: Date): Page {
  const records = texts.map((text) => Buffer.from(text, "utf8"));
  const ends: number[] = [];
  for (const record of records) ends.push((ends.at(-1) ?? 0) + record.length);
  const starts = [0, ...ends.slice(0, -1)];
  return { bytes: Buffer.concat(records), starts, ends, stamps: [], envelope: {}, fetchedAt };
}
