import {
  type Data,
  Field,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from "apache-arrow";
import {
  Compression,
  EnabledStatistics,
  Table,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
  writeParquet,
} from "parquet-wasm";
import type { Page } from "../page.ts";
import { META_KEY, metaText, type RawFileMeta } from "./meta.ts";

/** Some records of a page, by their places in it. */
export interface PageRows {
  readonly page: Page;
  /** The page's number, from 1. */
  readonly number: number;
  /** Which of its records; all of them where it is not given. */
  readonly only?: readonly number[];
}

/** A file with less payload is written small whatever it is of: that takes no time. */
const QUICK_BYTES = 1024 * 1024;

/**
 * A Parquet file (ZSTD, or Snappy for much of an older time) of raw records: stream, window_from, window_to, page, ordinal, fetched_at, run_id, payload. Which
 * organization it is of stands in its folder's name, where programs that read a whole folder take it for a column, and in
 * its metadata: a column of that name as well makes them refuse the folder. What a file without rows must still say (an empty window was
 * read, too) is one JSON value in its footer (`meta.ts`).
 */
export function rawParquet(meta: RawFileMeta, pages: readonly PageRows[]): Uint8Array {
  const columns = buildColumns(meta, pages);
  // what ends before the run's instant is read once, by a first run as a rule, and much of it; what nights add up to stays small
  const isQuick = meta.window_to < meta.read_at && columns.payload.values.length >= QUICK_BYTES;
  return writeParquet(tableOf(columns), propertiesOf(meta, { isQuick, rows: 122_880 }));
}

/** What a file that does not fit into memory keeps of its rows until they are written. */
const STREAMED_ROWS = 30_720;

/** The same as bytes that come while the pages do, which are never together in memory. What the pages throw is thrown. */
export async function* rawParquetStream(
  meta: RawFileMeta,
  pages: AsyncIterable<readonly PageRows[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let failure: unknown = null;
  async function* batches() {
    try {
      let isEmpty = true;
      for await (const some of pages) {
        isEmpty = false;
        yield* batchesOf(meta, some);
      }
      // the columns of a file without rows
      if (isEmpty) yield* batchesOf(meta, []);
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const properties = propertiesOf(meta, { isQuick: false, rows: STREAMED_ROWS });
  try {
    yield* await transformParquetStream(ReadableStream.from(batches()), properties);
  } catch (error) {
    throw failure ?? error;
  }
  // the writer takes a source that failed for one that ended
  if (failure !== null) throw failure;
}

function* batchesOf(meta: RawFileMeta, pages: readonly PageRows[]) {
  const table = tableOf(buildColumns(meta, pages));
  yield* table.recordBatches();
  table.free();
}

function propertiesOf(meta: RawFileMeta, { isQuick, rows }: { isQuick: boolean; rows: number }): WriterProperties {
  return (
    new WriterPropertiesBuilder()
      .setCompression(isQuick ? Compression.SNAPPY : Compression.ZSTD)
      // a dictionary and statistics hash and compare each value, and save nothing that the compression would not
      .setDictionaryEnabled(false)
      .setStatisticsEnabled(EnabledStatistics.None)
      .setMaxRowGroupSize(rows)
      .setCreatedBy("docktally")
      .setKeyValueMetadata(new Map([[META_KEY, metaText(meta)]]))
      .build()
  );
}

function tableOf(columns: Columns): Table {
  return Table.fromIPCStream(RecordBatchStreamWriter.writeAll([toBatch(columns)]).toUint8Array(true));
}

type Columns = Record<string, Data> & { readonly payload: Data<Utf8> };

function buildColumns(meta: RawFileMeta, pages: readonly PageRows[]): Columns {
  const picks = pages.map(({ page, only }) => only ?? page.starts.map((_, i) => i));
  const rows = picks.reduce((sum, pick) => sum + pick.length, 0);
  const number = new Int32Array(rows);
  const ordinal = new Int32Array(rows);
  const fetchedAt = new BigInt64Array(rows);
  let row = 0;
  for (const [p, { page, number: n }] of pages.entries()) {
    const at = BigInt(page.fetchedAt.getTime());
    for (const i of picks[p]!) {
      number[row] = n;
      ordinal[row] = i;
      fetchedAt[row] = at;
      row++;
    }
  }
  return {
    stream: repeated(meta.stream, rows),
    window_from: instants(new BigInt64Array(rows).fill(BigInt(meta.window_from.getTime()))),
    window_to: instants(new BigInt64Array(rows).fill(BigInt(meta.window_to.getTime()))),
    page: makeData({ type: new Int32(), length: rows, nullCount: 0, data: number }),
    ordinal: makeData({ type: new Int32(), length: rows, nullCount: 0, data: ordinal }),
    fetched_at: instants(fetchedAt),
    run_id: repeated(meta.run_id, rows),
    payload: payloads(pages, picks, rows),
  };
}

function payloads(pages: readonly PageRows[], picks: readonly (readonly number[])[], rows: number): Data<Utf8> {
  let size = 0;
  for (const [p, { page }] of pages.entries()) for (const i of picks[p]!) size += page.ends[i]! - page.starts[i]!;
  const data = Buffer.allocUnsafeSlow(size);
  const valueOffsets = new Int32Array(rows + 1);
  let at = 0;
  let row = 0;
  for (const [p, { page }] of pages.entries()) {
    for (const i of picks[p]!) {
      at += page.bytes.copy(data, at, page.starts[i], page.ends[i]);
      valueOffsets[++row] = at;
    }
  }
  return makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data });
}

function repeated(text: string, rows: number): Data<Utf8> {
  const word = Buffer.from(text, "utf8");
  const data = Buffer.alloc(word.length * rows, word);
  const valueOffsets = new Int32Array(rows + 1);
  for (let row = 1; row <= rows; row++) valueOffsets[row] = row * word.length;
  return makeData({ type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data });
}

function instants(data: BigInt64Array): Data<TimestampMillisecond> {
  return makeData({ type: new TimestampMillisecond(), length: data.length, nullCount: 0, data });
}

function toBatch(columns: Columns): RecordBatch {
  const entries = Object.entries(columns);
  const schema = new Schema(entries.map(([name, data]) => new Field(name, data.type, false)));
  const rows = entries[0]?.[1].length ?? 0;
  const type = new Struct(schema.fields);
  return new RecordBatch(
    schema,
    makeData({ type, length: rows, nullCount: 0, children: entries.map(([, data]) => data) }),
  );
}
