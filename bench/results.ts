import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { version as duckdb } from "@duckdb/node-api";
import { VERSION } from "../pipelines/version.ts";
import type { Figure, Measured } from "./case.ts";

/** A case's figures, and where and of what they were measured. */
export interface Kept extends Measured {
  readonly at: string;
  readonly commit: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memory_gb: number;
    readonly platform: string;
  };
  readonly versions: { readonly docktally: string; readonly node: string; readonly duckdb: string };
}

/** By the name of the case. */
export type Results = Readonly<Record<string, Kept>>;

/** What is worse by more than this is told. */
const TOLERATED = 0.15;

/** The file of a label: results that are kept stand in the repository. */
export function resultsFile(label: string): string {
  return fileURLToPath(new URL(`../../bench/results/${label}.json`, import.meta.url));
}

export function readResults(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Writes results into a file; what it has of other cases stays. */
export function keepResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  const rounded = JSON.stringify(
    { ...readResults(file), ...results },
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value),
    2,
  );
  writeFileSync(file, `${rounded}\n`);
}

/** Says of a measurement where it comes from. */
export function dated(measured: Measured): Kept {
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? "",
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  };
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine,
    versions: { docktally: VERSION, node: process.version, duckdb: duckdb() },
    ...measured,
  };
}

function commit(): string {
  const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8", stdio: "pipe" }).trim();
  try {
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${isChanged ? ", changed" : ""}`;
  } catch {
    return "unknown";
  }
}

export interface Change {
  readonly name: string;
  readonly figure: Figure;
  readonly before: number;
  /** How many times as bad as before: above 1 is worse. */
  readonly worse: number;
}

/** What a comparison tells: what got worse by more than is tolerated, and which cases could not be compared. */
export interface Comparison {
  readonly worse: readonly Change[];
  readonly compared: number;
  readonly unlike: readonly string[];
}

/** Compares by what says the same on any machine. */
export function compare(before: Results, now: Results): Comparison {
  const changes: Change[] = [];
  const unlike: string[] = [];
  for (const [name, { size, figures }] of Object.entries(now)) {
    const kept = before[name];
    if (kept?.size !== size) {
      unlike.push(kept ? `${name}: kept of ${kept.size}, now ${size}` : `${name}: nothing is kept of it`);
      continue;
    }
    for (const figure of figures.filter(({ isCompared, better }) => isCompared && better !== null)) {
      const value = kept.figures.find((one) => one.name === figure.name)?.value;
      if (value === undefined) continue;
      changes.push({ name, figure, before: value, worse: timesAsBad(figure, value) });
    }
  }
  return { worse: changes.filter(({ worse }) => worse > 1 + TOLERATED), compared: changes.length, unlike };
}

function timesAsBad({ value, better }: Figure, before: number): number {
  if (value === before) return 1;
  return better === "less" ? value / before : before / value;
}
