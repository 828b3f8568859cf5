import type { Command } from "commander";
import type { Config, Configured } from "../config/config.ts";
import { suggestion } from "../near-match.ts";
import type { ImportReport } from "../run/import.ts";
import { EXIT_HELP } from "../run/outcome.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import { type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

const EXAMPLES = [
  "docktally import pulls usage.csv",
  "docktally import pulls 2026-09.csv 2026-10.csv --connection northwind",
];

export function defineImport(root: Command, end: End): void {
  commonFlags(root.command("import <WHAT> <FILE...>"))
    .description("load exports of Docker Hub's usage page (WHAT is pulls), without a request")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (what, files, flags) => end(await runImport(what, files, flags)));
}

/** `docktally import pulls FILE…`; gives the exit code. */
async function runImport(what: string, files: readonly string[], flags: CommonFlags): Promise<number> {
  if (what !== "pulls")
    throw new UsageError(
      `"${what}" cannot be imported${suggestion(what, ["pulls"])}; write docktally import pulls FILE`,
    );
  const startedAt = new Date();
  const { configOf, emit, jsonText, progressOf, say } = await import("./console.ts");
  const { Interrupt } = await import("../interrupt.ts");
  const { importPulls } = await import("../run/import.ts");
  const progress = progressOf(flags);
  const interrupt = new Interrupt();
  try {
    const config = configOf(flags, false);
    const connection = await connectionFor(config, flags.connection ?? []);
    const { signal } = interrupt;
    const options = { dataDir: config.dataDir, startedAt, signal, onProgress: progress };
    const report = await importPulls({ ...options, connection, files });
    progress.end();
    const { exitCode, ...plain } = report;
    if (report.message) complain(report.message);
    if (flags.json) await emit(jsonText(plain), undefined);
    else if (!flags.quiet) await say(importText(report));
    return report.status === "interrupted" ? interrupt.exitCode : exitCode;
  } finally {
    progress.end();
  }
}

/** The connection that is named; the only one where none is. */
async function connectionFor({ configured }: Config, names: readonly string[]): Promise<Configured> {
  const known = configured.map(({ name }) => name);
  const [name, ...more] = new Set(names.map((one) => one.toLowerCase()));
  if (more.length > 0) throw new UsageError("--connection: a file is of one organization; name one connection");
  if (name !== undefined) {
    const { unknownName } = await import("../config/shape.ts");
    const named = configured.find((one) => one.name.toLowerCase() === name);
    if (named === undefined) throw new UsageError(`--connection: ${unknownName(names[0]!, known)}`);
    return named;
  }
  const [only, ...others] = configured;
  if (only === undefined)
    throw new UsageError(
      "no connection is configured; write ./docktally.yaml with connections:, or set DOCKER_HUB_ORG, so that it is known whose pulls these are",
    );
  if (others.length > 0)
    throw new UsageError(`--connection is missing: it says whose pulls these are. Choose from: ${known.join(", ")}`);
  return only;
}

function importText({ org, files, status }: ImportReport): string {
  const lines = files.map(
    ({ file, rows, facts, days, from, to }) => `${file}: ${rows} rows, ${facts} facts, ${days} days (${from} to ${to})`,
  );
  return [...lines, `imported into ${org} (${status})`, ""].join("\n");
}
