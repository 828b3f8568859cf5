import { type Command, Option } from "commander";
import { isDay } from "../day.ts";
import { suggestion } from "../near-match.ts";
import type { Format } from "../reports/format-names.ts";
import { UsageError } from "../usage-error.ts";

/** The flags that every command takes, as the command line gives them. */
export interface CommonFlags {
  readonly config?: string;
  readonly data?: string;
  readonly connection?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What `query` and `report` take. */
export interface OutputFlags extends CommonFlags {
  readonly format?: Format;
  readonly out?: string;
  readonly columns?: readonly string[];
  readonly wide?: boolean;
}

/** What `report` and `explain` take, too. */
export interface JudgedFlags extends OutputFlags {
  readonly all?: boolean;
  readonly asOf?: string;
  readonly idleAfter?: readonly number[];
  readonly grace?: number;
  readonly price?: number;
}

/** What `report` takes. */
export interface ReportFlags extends JudgedFlags {
  readonly since?: string;
}

/** Takes a command's exit code; the process ends elsewhere. */
export type End = (code: number) => void;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function commonFlags(command: Command): Command {
  return command
    .option("--config <FILE>", "configuration file (default: ./docktally.yaml when it is there)")
    .option("--data <DIR>", "data folder (default: ./data)")
    .option("--connection <NAME>", "only this connection (repeatable)", collect)
    .option("--json", "one JSON document on standard output, for machines")
    .option("--quiet", "no progress, only warnings and errors")
    .helpOption("-h, --help", "show this help")
    .exitOverride();
}

export function outputFlags(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(choice("--format <FORMAT>", "how to print it (default: table)", formats))
    .option("--out <FILE>", "write it to a file instead of standard output")
    .option("--columns <NAMES>", "only these columns, in this order, as in org,status", parseNames)
    .option("--wide", "a table with every column, however wide the screen is");
}

/** An option that takes one of some words; another word is refused with the nearest of them. */
export function choice(flags: string, text: string, words: readonly string[]): Option {
  const option = new Option(flags, text).choices(words);
  return option.argParser((word: string) => {
    if (words.includes(word)) return word;
    throw new UsageError(
      `${option.long} ${word} is none of its choices${suggestion(word, words)}; there are: ${words.join(", ")}`,
    );
  });
}

const parseNames = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Organizations that the configuration does not name any more are left out, unless this says so. */
export function allFlag(command: Command): Command {
  return command.option("--all", "organizations that are not configured any more, too");
}

/** What the seats are judged by, where it is not the configuration. */
export function judgedFlags(command: Command): Command {
  const days = (flag: string) => (text: string) => parseDays(flag, text);
  return command
    .option("--as-of <DAY>", "judge the seats as of the end of this day (UTC), from facts and history", day("--as-of"))
    .option("--idle-after <DAYS>", "another threshold; several, as in 30,60,90, are set side by side", (text) =>
      text.split(",").map(days("--idle-after")),
    )
    .option("--grace <DAYS>", "another number of days of grace", days("--grace"))
    .option("--price <AMOUNT>", "another price of a seat a month", parsePrice);
}

/** Reads a day that is not to come. */
export const day = (flag: string) => (text: string) => parseDay(flag, text);

function parseDay(flag: string, text: string): string {
  const today = new Date().toISOString().slice(0, 10);
  if (isDay(text) && text <= today) return text;
  if (isDay(text)) throw new UsageError(`${flag} ${text} is in the future; today is ${today} (UTC)`);
  throw new UsageError(`${flag} ${text} is no day; write it like 2026-09-30`);
}

function parseDays(flag: string, text: string): number {
  const days = Number(text.trim());
  if (/^\d+$/.test(text.trim()) && days >= 1 && days <= 3650) return days;
  const several = flag === "--idle-after" ? ", several as in 30,60,90" : "";
  throw new UsageError(`${flag} ${text} is no number of days; write whole days from 1 to 3650${several}`);
}

function parsePrice(text: string): number {
  if (/^\d+(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new UsageError(`--price ${text} is no price; write what a seat costs a month, like 24 or 15.50`);
}

/** The end of a command's help: examples, then what else belongs there. */
export function helpEnd(examples: readonly string[], ...more: readonly string[]): string {
  return [`\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`, ...more].join("\n\n");
}
