import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from "apache-arrow";
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import type { ExactType } from "../../load/warehouse/exact-type.ts";
import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { arrowData, arrowType } from "./arrow-column.ts";
import { uniqueNames } from "./json.ts";
import { plainText } from "./plain-text.ts";

/**
 * Rows as an Arrow IPC file (Feather 2). A column's type is the engine's and does not depend on the values, so two reports have one
 * schema: bigint is int64, decimal stays decimal, timestamps are microseconds of UTC, lists are lists; json is its text.
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
  const types = columns.map(typeOf);
  const names = uniqueNames(columns.map(({ name }) => name));
  const schema = new Schema(types.map((type, i) => new Field(names[i]!, arrowType(type), true)));
  const children = types.map((type, i) => {
    const kind = columns[i]!.type;
    // text is what a person would read: a list or JSON as one, too
    const shown = (value: unknown) => (type.kind === "text" ? plainText(value, kind) : value);
    return arrowData(
      rows.map((row) => shown(row[i])),
      type,
    );
  });
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

/** The engine's type; of a column that was made up here, what its values are. */
function typeOf({ type, exact }: Column): ExactType {
  if (exact !== undefined) return exact;
  if (type === "number") return { kind: "float", bits: 64 };
  if (type === "list") return { kind: "list", item: { kind: "text" } };
  return { kind: type === "json" ? "text" : type };
}
