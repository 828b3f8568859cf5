import { createReadStream } from "node:fs";
import { type CsvRow, readCsv } from "./csv.ts";
import { pageOfRecords } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";

/** The columns of the CSV that Docker Hub's usage page sends by e-mail. */
export const USAGE_COLUMNS = [
  ...["datehour", "user_name", "repository", "access_token_name", "ips"],
  ...["repository_privacy", "tag", "digest", "version_checks", "pulls"],
] as const;

/**
 * The rows of a CSV file, the header too; never the whole file in memory.
 * @throws BrokenCsvError
 */
export async function* csvRows(path: string): AsyncGenerator<CsvRow, void, undefined> {
  for await (const rows of readCsv(createReadStream(path))) yield* rows;
}

/** Rows of a page; the whole page is one batch of the raw file. */
const PAGE_ROWS = 4096;

/** The rows of a CSV file as records, one JSON object each: the header's names as they stand there, trimmed, and the cells' texts. */
export async function* csvPages(path: string, fetchedAt: Date): AsyncGenerator<readonly PageRows[], void, undefined> {
  let header: readonly string[] | null = null;
  let texts: string[] = [];
  let number = 0;
  for await (const { cells } of csvRows(path)) {
    if (header === null) {
      header = cells.map((name) => name.trim());
      continue;
    }
    texts.push(JSON.stringify(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]))));
    if (texts.length < PAGE_ROWS) continue;
    yield [{ page: pageOfRecords(texts, fetchedAt), number: ++number }];
    texts = [];
  }
  if (texts.length > 0) yield [{ page: pageOfRecords(texts, fetchedAt), number: ++number }];
}
