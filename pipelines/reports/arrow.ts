import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import type { QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { plainText } from "./plain-text.ts";

/**
 * Rows as an Arrow IPC file (Feather 2). A column's type comes from the question, not from the values, so two reports have one
 * schema: numbers are float64; timestamps are UTC without a zone, as in the warehouse; lists are lists of text; json is its text.
 */
export function toArrow(rows: QueryRows): Uint8Array {
  return tableToIPC(toTable(rows), "file");
}

/** Rows as a Parquet file (ZSTD), with the types of `toArrow`. */
export async function toParquet(rows: QueryRows): Promise<Uint8Array> {
  const table = WasmTable.fromIPCStream(tableToIPC(toTable(rows), "stream"));
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).setCreatedBy("docktally").build();
  return writeParquet(table, properties);
}

function toTable({ columns, rows }: QueryRows): Table {
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, arrowType(type), true)));
  const children = columns.map(({ type }, i) =>
    toData(
      rows.map((row) => arrowValue(row[i], type)),
      arrowType(type),
    ),
  );
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

function arrowType(type: ValueType): DataType {
  if (type === "number") return new Float64();
  if (type === "boolean") return new Bool();
  if (type === "timestamp") return new TimestampMillisecond();
  if (type === "date") return new DateDay();
  return type === "list" ? new List(new Field("item", new Utf8(), true)) : new Utf8();
}

function toData(values: readonly unknown[], type: DataType): Data {
  return vectorFromArray(values, type).data[0] ?? makeData({ type, length: 0 } as never);
}

function arrowValue(value: unknown, type: ValueType): unknown {
  if (value === null || value === undefined) return null;
  if (type === "number") return Number(value);
  if (type === "boolean") return value === true;
  if (type === "timestamp" || type === "date") {
    const moment = Date.parse(String(value));
    return Number.isNaN(moment) ? null : type === "date" ? new Date(moment) : moment;
  }
  if (type === "list") return Array.isArray(value) ? value.map((item) => String(item ?? "")) : [String(value)];
  return plainText(value, type);
}
