import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int,
  List,
  makeData,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { ExactType } from "../../load/warehouse/exact-type.ts";

/** The type of Arrow for a type of the engine. */
export function arrowType(type: ExactType): DataType {
  switch (type.kind) {
    case "integer":
      return new Int(type.isSigned as true, type.bits) as DataType;
    case "float":
      return type.bits === 32 ? new Float32() : new Float64();
    case "decimal":
      return new Decimal(type.scale, type.precision, 128);
    case "timestamp":
      return new TimestampMicrosecond("UTC");
    case "date":
      return new DateDay();
    case "boolean":
      return new Bool();
    case "list":
      return new List(new Field("item", arrowType(type.item), true));
    default:
      return new Utf8();
  }
}

/** A column's values, as `QueryRows` has them, in Arrow's memory. */
export function arrowData(values: readonly unknown[], type: ExactType): Data {
  switch (type.kind) {
    case "integer":
      return fixedData(values.map(toBigInt), type, WORDS[type.bits]);
    case "decimal":
      return fixedData(
        values.map((value) => unscaled(value, type.scale)),
        type,
        toDecimals,
      );
    case "timestamp":
      return fixedData(values.map(microseconds), type, (whole) => BigInt64Array.from(whole));
    case "list":
      return listData(values, type);
    default:
      return vectorData(values.map(VALUES[type.kind]), arrowType(type));
  }
}

const isMissing = (value: unknown) => value === null || value === undefined;

const VALUES: Readonly<Record<"float" | "boolean" | "text" | "date", (value: unknown) => unknown>> = {
  float: (value: unknown) => (isMissing(value) ? null : Number(value)),
  boolean: (value: unknown) => (isMissing(value) ? null : value === true),
  text: (value: unknown) => (isMissing(value) ? null : String(value)),
  date: (value: unknown) => {
    const moment = Date.parse(String(value));
    return isMissing(value) || Number.isNaN(moment) ? null : new Date(moment);
  },
};

function vectorData(values: readonly unknown[], type: DataType): Data {
  return vectorFromArray(values, type).data[0] ?? makeData({ type, length: 0 } as never);
}

const narrow = (whole: readonly bigint[]) => whole.map(Number);
const WORDS = {
  8: (whole: readonly bigint[]) => Int8Array.from(narrow(whole)),
  16: (whole: readonly bigint[]) => Int16Array.from(narrow(whole)),
  32: (whole: readonly bigint[]) => Int32Array.from(narrow(whole)),
  64: (whole: readonly bigint[]) => BigInt64Array.from(whole),
} as const;

/** 128 bits each, the lowest first. */
function toDecimals(whole: readonly bigint[]): Uint32Array {
  const words = new BigUint64Array(2 * whole.length);
  for (const [i, value] of whole.entries()) {
    words[2 * i] = BigInt.asUintN(64, value);
    words[2 * i + 1] = BigInt.asUintN(64, value >> 64n);
  }
  return new Uint32Array(words.buffer);
}

/** Values of one width side by side, with a bit for each that is not missing. */
function fixedData(
  values: readonly (bigint | null)[],
  type: ExactType,
  lay: (whole: readonly bigint[]) => ArrayBufferView,
): Data {
  const data = lay(values.map((value) => value ?? 0n));
  return makeData({ type: arrowType(type), length: values.length, ...nulls(values), data } as never);
}

function nulls(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  for (const [i, value] of values.entries()) {
    if (isMissing(value)) nullCount += 1;
    else nullBitmap[i >> 3]! |= 1 << (i & 7);
  }
  return { nullCount, nullBitmap };
}

function listData(values: readonly unknown[], type: ExactType & { kind: "list" }): Data {
  const lists = values.map((value) => (isMissing(value) ? null : Array.isArray(value) ? value : [value]));
  const valueOffsets = new Int32Array(values.length + 1);
  for (const [i, list] of lists.entries()) valueOffsets[i + 1] = valueOffsets[i]! + (list?.length ?? 0);
  const child = arrowData(
    lists.flatMap((list) => list ?? []),
    type.item,
  );
  return makeData({ type: arrowType(type), length: values.length, ...nulls(lists), valueOffsets, child } as never);
}

function toBigInt(value: unknown): bigint | null {
  return isMissing(value) ? null : BigInt(value as number | bigint | string);
}

/** `12.5` with a scale of 2 is 1250. */
function unscaled(value: unknown, scale: number): bigint | null {
  if (isMissing(value)) return null;
  if (typeof value === "bigint") return value * 10n ** BigInt(scale);
  const text = typeof value === "number" ? value.toFixed(scale) : String(value);
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, "0")}`);
}

/** Microseconds since 1970 of `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`; null for what is no such moment. */
function microseconds(value: unknown): bigint | null {
  if (isMissing(value)) return null;
  const [, second, fraction = ""] = /^([^.]*?)(?:\.(\d+))?Z?$/.exec(String(value).replace(" ", "T")) ?? [];
  const at = Date.parse(`${second}Z`);
  return Number.isNaN(at) ? null : BigInt(at) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
