import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  StatementType,
} from "@duckdb/node-api";
import { type ExactType, exactType } from "./exact-type.ts";

/** What a column's values are, once they have left the engine. */
export type ValueType = "text" | "number" | "boolean" | "timestamp" | "date" | "list" | "json";

export interface Column {
  readonly name: string;
  readonly type: ValueType;
  /** The engine's type; missing where a column was not read from it. */
  readonly exact?: ExactType;
}

/**
 * The answer to a query, as every format takes it. A missing value is null or undefined. Timestamps are text in the form
 * `YYYY-MM-DDTHH:MM:SS[.mmm]Z`, dates `YYYY-MM-DD`, numbers a number or a bigint (text
 * where a decimal has more digits than a number keeps), lists an array of text, json its text or the value itself.
 */
export interface QueryRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A statement that is not one single question. */
export class NotAQuestionError extends Error {
  override readonly name = "NotAQuestionError";
}

/** The answer to a query of our own. */
export async function readRows(
  connection: DuckDBConnection,
  query: string,
  values?: DuckDBValue[],
): Promise<QueryRows> {
  const reader = await connection.runAndReadAll(query, values);
  const types = reader.columnTypes();
  const kinds = types.map(valueType);
  const columns = reader.columnNames().map((name, i) => ({ name, type: kinds[i]!, exact: exactType(types[i]!) }));
  const rows = reader.getRows().map((row) => row.map((value, i) => plain(value, types[i]!, kinds[i]!)));
  return { columns, rows };
}

/**
 * The answer to a query that somebody typed: one statement, and only one that reads.
 * @throws NotAQuestionError for anything else; the engine's own error where the statement is wrong
 */
export async function ask(connection: DuckDBConnection, query: string): Promise<QueryRows> {
  const kind = await kindOf(connection, query);
  // explain analyze runs what it explains, so that must be a question, too
  const explained = kind === StatementType.EXPLAIN ? (EXPLAIN.exec(query)?.[1] ?? "") : null;
  const what = explained === null ? kind : await kindOf(connection, explained);
  if (what !== StatementType.SELECT) {
    throw new NotAQuestionError(
      `only statements that read are answered (select, with, from, describe, summarize, explain); this one is ${StatementType[what]}`,
    );
  }
  return readRows(connection, query);
}

const GAP = "(?:\\s|--[^\\n]*\\n|/\\*[\\s\\S]*?\\*/)*";
const EXPLAIN = new RegExp(
  `^${GAP}explain\\b${GAP}(?:analyze\\b${GAP})?(?:\\((?:analyze|format)\\b[^)]*\\)${GAP})?([\\s\\S]*)$`,
  "i",
);
const BLANK = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/;
/** Preparing it makes its folder. */
const EXPORT = new RegExp(`^${GAP}export\\b`, "i");

async function kindOf(connection: DuckDBConnection, query: string): Promise<StatementType> {
  if (BLANK.test(query)) throw new NotAQuestionError("one statement is expected, none was given");
  if (EXPORT.test(query)) return StatementType.EXPORT;
  const statements = await connection.extractStatements(query);
  if (statements.count !== 1) throw new NotAQuestionError(`one statement is expected, ${statements.count} were given`);
  const prepared = await statements.prepare(0);
  const { statementType } = prepared;
  prepared.destroySync();
  return statementType;
}

function valueType(type: DuckDBType): ValueType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return "boolean";
    case DuckDBTypeId.DATE:
      return "date";
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return "timestamp";
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return isTextList(type) ? "list" : "json";
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.UNION:
      return "json";
    case DuckDBTypeId.VARCHAR:
      return type.alias === "JSON" ? "json" : "text";
    default:
      return NUMBERS.has(type.typeId) ? "number" : "text";
  }
}

function isTextList(type: DuckDBType): boolean {
  return "valueType" in type && (type.valueType as DuckDBType).typeId === DuckDBTypeId.VARCHAR;
}

const NUMBERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);

function plain(value: DuckDBValue, type: DuckDBType, kind: ValueType): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case "boolean":
      return value;
    case "number":
      return value instanceof DuckDBDecimalValue ? decimal(value) : value;
    case "timestamp":
      return isoText(String(value));
    case "list":
      return (value as { items: readonly DuckDBValue[] }).items.map((item) => (item === null ? null : String(item)));
    case "json":
      return type.typeId === DuckDBTypeId.VARCHAR ? value : plainJson(value);
    default:
      return String(value);
  }
}

/** A number where it is exact, else its digits as text. */
function decimal(value: DuckDBDecimalValue): number | string {
  return Number.isSafeInteger(Number(value.value)) ? Number(String(value)) : String(value);
}

/** `2026-01-02 03:04:05.006` (and `+00`) → `2026-01-02T03:04:05.006Z`; infinities stay as they are. */
function isoText(text: string): string {
  const bare = text.replace(/\+00(:?00)?$/, "");
  return /^\d/.test(bare) ? `${bare.replace(" ", "T")}Z` : bare;
}

function plainJson(value: DuckDBValue): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return value;
  if ("items" in value) return (value.items as readonly DuckDBValue[]).map(plainJson);
  if ("entries" in value && typeof value.entries === "object") {
    const entries = value.entries as unknown as
      | Record<string, DuckDBValue>
      | { key: DuckDBValue; value: DuckDBValue }[];
    if (Array.isArray(entries))
      return Object.fromEntries(entries.map((entry) => [String(entry.key), plainJson(entry.value)]));
    return Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, plainJson(inner)]));
  }
  return String(value);
}
