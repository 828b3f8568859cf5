import type { QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { isoTimestamp } from "./plain-text.ts";

/** Rows as a JSON array of objects, one a line. A whole number beyond what JSON readers keep exactly becomes text. */
export function toJson({ columns, rows }: QueryRows): string {
  const names = uniqueNames(columns.map(({ name }) => name));
  const lines = rows.map((row) => {
    const entries = columns.map(({ type }, i) => [names[i]!, jsonValue(row[i], type)] as const);
    return `  ${stringify(Object.fromEntries(entries))}`;
  });
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
}

function jsonValue(value: unknown, type: ValueType): unknown {
  if (value === null || value === undefined) return null;
  if (type === "timestamp") return isoTimestamp(value);
  if (type === "json" && typeof value === "string") return parsed(value);
  return Object.is(value, -0) ? 0 : value;
}

/** JSON text as what it means; text that is no JSON stays text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function stringify(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? exact(inner) : inner));
  // JSON leaves these controls as they are, and a terminal may obey them. They occur inside strings only.
  return text.replace(/[\x7f-\x9f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Two columns of one name both stay: the second is called `name_1`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; taken.has(unique) || (n > 1 && names.includes(unique)); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}
