import type { z } from "zod";
import { suggestion } from "../near-match.ts";
import type { ConfigFile } from "./file.ts";
import { found, type Path, quoted, showKey } from "./problems.ts";
import { type FileShape, fileSchema, knownKeys, sectionOf } from "./schema.ts";

/** A file's valid keys, and whether something was already said about a key. */
export interface Shaped {
  readonly shape: FileShape;
  /** True where the key, or what it stands in, was found invalid: it is then left out of the shape. */
  readonly isBad: (path: Path) => boolean;
}

/** Keys whose text is never shown: a credential may stand there, rightly or by mistake. */
const CLOSED = new Set([
  "secret",
  "secret_file",
  "identifier",
  "url",
  "enterprise_url",
  "connections",
  "defaults",
  "license",
  "limits",
  "streams",
]);

/** Checks every key of a file by itself. What is invalid is reported and left out, so that the rest can still be checked. */
export function readShape(file: ConfigFile): Shaped {
  const content = structuredClone(file.content ?? {});
  const bad: Path[] = [];
  const first = fileSchema.safeParse(content);
  if (first.success) return { shape: first.data, isBad: () => false };
  for (const issue of first.error.issues) {
    for (const path of pathsOf(issue)) {
      if (!bad.some((known) => startsWith(path, known))) file.report(path, wordsOf(issue, path, file.content));
      bad.push(path);
    }
  }
  for (const path of bad) prune(content, path);
  const second = fileSchema.safeParse(content);
  return { shape: second.data ?? {}, isBad: (path) => !second.success || bad.some((known) => startsWith(path, known)) };
}

function pathsOf(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

function wordsOf(issue: z.core.$ZodIssue, path: Path, content: unknown): string {
  if (issue.code === "unrecognized_keys") return unknownKey(String(path.at(-1)), path.slice(0, -1));
  const key = path.findLast((step) => typeof step === "string");
  const open = typeof key === "string" && !CLOSED.has(key);
  const value = valueAt(content, path);
  const isBare =
    issue.code === "invalid_type" && issue.expected === "string" && /^(number|boolean)$/.test(typeof value);
  const words = isBare ? issue.message.replace("; write", "; put it in quotes, or write") : issue.message;
  return `found ${found(value, open)}: ${words}`;
}

function unknownKey(key: string, section: Path): string {
  const known = knownKeys(section);
  const near = suggestion(key, known);
  const owner = sectionOf(key);
  if (near === "" && owner !== undefined) return `this key belongs to ${owner}; move it there`;
  if (near === "" && key.includes(":")) return `unknown key; put a space after the colon of ${showKey(key)}`;
  if (near !== "") return `unknown key${near} If not, leave it out`;
  return `unknown key; leave it out or write one of: ${known.join(", ")}`;
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, i) => step === path[i]);
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], content);
}

/** Takes the invalid key out; a list with an invalid entry goes as a whole, save the list of connections. */
function prune(content: unknown, path: Path): void {
  const from = path[0] === "connections" ? 2 : 0;
  if (path[0] === "connections" && path.length === 2) {
    const list = valueAt(content, ["connections"]) as unknown[];
    list[Number(path[1])] = {};
    return;
  }
  const cut = path.findIndex((step, i) => i >= from && typeof step === "number");
  const target = cut === -1 ? path : path.slice(0, cut);
  const parent = valueAt(content, target.slice(0, -1));
  if (typeof parent === "object" && parent !== null) delete (parent as Record<string, unknown>)[String(target.at(-1))];
}

/** The words for a name that is not among the known ones. */
export function unknownName(name: string, known: readonly string[]): string {
  if (known.length === 0) return `no connection is configured, so none is named ${quoted(name)}; leave it out`;
  const near = suggestion(name, known) || ".";
  return `no connection is named ${quoted(name)}${near} Choose from: ${known.join(", ")}`;
}
