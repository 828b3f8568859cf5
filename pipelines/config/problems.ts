import { withoutTokens } from "./secret.ts";

/** One thing that is wrong with the configuration. `file` and `line` are null where a flag or the environment is at fault. */
export interface Problem {
  readonly file: string | null;
  readonly line: number | null;
  /** The key path, such as `connections[1].license.idle_after_days`, a flag or a variable; empty for a file as a whole. */
  readonly key: string;
  /** What was found, what is expected and what to do; never a secret. */
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.problems = Object.freeze([...problems]);
  }
}

function describeProblem({ file, line, key, message }: Problem): string {
  const place = file === null ? "" : `${line === null ? file : `${file}:${line}`}: `;
  return `${place}${key === "" ? "" : `${key}: `}${message}`;
}

/** Steps from the top of a file to a value: keys and list positions. */
export type Path = readonly (string | number)[];

/** `connections[1].license.plan`. A key that is not a plain word is cut short, for it may be a value that lost its colon. */
export function keyPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? showKey(step) : `${text}.${showKey(step)}`;
  }, "");
}

/** A key as a message may show it. */
export function showKey(key: string): string {
  const word = /^[A-Za-z0-9_ -]{0,40}/.exec(withoutTokens(key).replace("[secret]", ""))?.[0] ?? "";
  return word === key ? key : `${word}…`;
}

/** What was found, for a message: its kind, and its text only where `open` says that it is nobody's secret. */
export function found(value: unknown, open: boolean): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const kind = typeof value === "string" ? "text" : typeof value === "boolean" ? "true or false" : "a number";
  if (!open) return kind;
  return typeof value === "string" ? `the text ${quoted(value)}` : String(value);
}

/** Text in quotes, cut at 60 characters, with nothing in it that a terminal would obey. */
export function quoted(text: string): string {
  const clean = withoutTokens(text);
  const short = clean.length > 60 ? `${clean.slice(0, 59)}…` : clean;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
