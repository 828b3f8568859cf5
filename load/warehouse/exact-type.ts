import { type DuckDBDecimalType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";

/** The engine's own type of a column, for formats that keep it. */
export type ExactType =
  | { readonly kind: "integer"; readonly bits: 8 | 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "timestamp" | "date" | "boolean" | "text" }
  | { readonly kind: "list"; readonly item: ExactType };

const integer = (bits: 8 | 16 | 32 | 64, isSigned = true) => ({ kind: "integer", bits, isSigned }) as const;
const timestamp = { kind: "timestamp" } as const;

const BY_ID: ReadonlyMap<DuckDBTypeId, ExactType> = new Map<DuckDBTypeId, ExactType>([
  [DuckDBTypeId.TINYINT, integer(8)],
  [DuckDBTypeId.SMALLINT, integer(16)],
  [DuckDBTypeId.INTEGER, integer(32)],
  [DuckDBTypeId.BIGINT, integer(64)],
  [DuckDBTypeId.UTINYINT, integer(8, false)],
  [DuckDBTypeId.USMALLINT, integer(16, false)],
  [DuckDBTypeId.UINTEGER, integer(32, false)],
  [DuckDBTypeId.UBIGINT, integer(64, false)],
  // a sum of bigints; what has 38 digits is as far as other programs go
  [DuckDBTypeId.HUGEINT, { kind: "decimal", precision: 38, scale: 0 }],
  [DuckDBTypeId.FLOAT, { kind: "float", bits: 32 }],
  [DuckDBTypeId.DOUBLE, { kind: "float", bits: 64 }],
  [DuckDBTypeId.TIMESTAMP, timestamp],
  [DuckDBTypeId.TIMESTAMP_S, timestamp],
  [DuckDBTypeId.TIMESTAMP_MS, timestamp],
  [DuckDBTypeId.TIMESTAMP_NS, timestamp],
  [DuckDBTypeId.TIMESTAMP_TZ, timestamp],
  [DuckDBTypeId.DATE, { kind: "date" }],
  [DuckDBTypeId.BOOLEAN, { kind: "boolean" }],
]);

/** What other programs know of an engine's type; text where they know no such type. */
export function exactType(type: DuckDBType): ExactType {
  if (type.typeId === DuckDBTypeId.DECIMAL) {
    const { width, scale } = type as DuckDBDecimalType;
    return { kind: "decimal", precision: width, scale };
  }
  if (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) {
    const { valueType } = type as unknown as { valueType: DuckDBType };
    return NESTED.has(valueType.typeId) ? { kind: "text" } : { kind: "list", item: exactType(valueType) };
  }
  return BY_ID.get(type.typeId) ?? { kind: "text" };
}

/** A list of these is JSON as a whole. */
const NESTED = new Set([
  ...[DuckDBTypeId.LIST, DuckDBTypeId.ARRAY],
  ...[DuckDBTypeId.STRUCT, DuckDBTypeId.MAP, DuckDBTypeId.UNION],
]);
