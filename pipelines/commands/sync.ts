import type { Command } from "commander";
import type { Window } from "../../extract/windows.ts";
import type { Config } from "../config/config.ts";
import { isDay } from "../day.ts";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import type { RunReport } from "../run/run.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import { type CommonFlags, commonFlags, type End, helpEnd } from "./flags.ts";

interface SyncFlags extends CommonFlags {
  /** Milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly acceptShrink?: boolean;
}

const EXAMPLES = [
  "docktally sync",
  "docktally sync --json --quiet",
  "docktally sync --from 2026-10-01 --to 2026-10-08",
  "docktally sync --connection northwind --data /var/lib/docktally",
];

export function defineSync(root: Command, end: End): void {
  commonFlags(root.command("sync"))
    .description("read what is missing from Docker Hub, load it, check it, publish it")
    .option(
      "--from <TIME>",
      "with --to: read just this range of the audit log again (RFC 3339 or a date)",
      parseTime("--from"),
    )
    .option("--to <TIME>", "end of that range, not included (default: now)", parseTime("--to"))
    .option("--accept-shrink", "load a member list even if it lost more than 30 % of the members, and at least 5")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (flags) => end(await runSync(flags)));
}

function parseTime(flag: string): (text: string) => number {
  return (text) => {
    const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
    const zoned = form?.[1] && !form[4] ? `${text}Z` : text;
    const time = form && isDay(text.slice(0, 10)) ? Date.parse(zoned) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    throw new UsageError(`${flag} ${text} is no time; write a date (2026-10-01) or RFC 3339 (2026-10-01T06:00:00Z)`);
  };
}

/** `docktally sync`; gives the exit code. */
async function runSync(flags: SyncFlags): Promise<number> {
  const startedAt = new Date();
  const { configOf, emit, progressOf } = await import("./console.ts");
  const { Interrupt } = await import("../interrupt.ts");
  const { newRunId } = await import("../../extract/raw/store.ts");
  const run = { runId: newRunId(startedAt), startedAt };
  const progress = progressOf(flags);
  const interrupt = new Interrupt();
  try {
    const config = configOf(flags, true);
    const { validatePeopleFiles } = await import("../run/settings.ts");
    validatePeopleFiles(config.connections);
    const range = rangeOf(flags, startedAt);
    const { sync } = await import("../run/sync.ts");
    const options = { ...run, config, range, acceptShrink: flags.acceptShrink === true };
    const report = await sync({ ...options, signal: interrupt.signal, onProgress: progress });
    progress.end();
    await showSync(report, flags);
    await warnOfDecisions(config);
    return report.status === "interrupted" ? interrupt.exitCode : report.exitCode;
  } catch (error) {
    progress.end();
    const { WarehouseHeldError } = await import("../../load/warehouse/open.ts");
    const { failedSync, syncJson } = await import("../reports/sync-report.ts");
    const report = failedSync(run, error);
    if (error instanceof WarehouseHeldError) {
      await showSync(report, flags);
      return report.exitCode;
    }
    if (flags.json && report.exitCode !== EXIT.usage) await emit(syncJson(report), undefined);
    throw error;
  }
}

/** A decision on nobody is a slip of the pen that nothing else would show. */
async function warnOfDecisions({ dataDir, connections }: Config): Promise<void> {
  const { namedPeople } = await import("../run/settings.ts");
  const { settingsNotes } = await import("../reports/settings-notes.ts");
  for (const connection of connections) {
    if (connection.license.decisions === null) continue;
    const notes = await settingsNotes(dataDir, namedPeople(connection), new Date().toISOString().slice(0, 10));
    for (const note of notes.filter((text) => text.startsWith("license.decisions")))
      process.stderr.write(`warning: ${connection.name}: ${note}\n`);
  }
}

async function showSync(report: RunReport, flags: CommonFlags): Promise<void> {
  const { emit, note, say } = await import("./console.ts");
  const { syncJson, syncText } = await import("../reports/sync-report.ts");
  if (flags.json) await emit(syncJson(report), undefined);
  const { REPORTED } = await import("../../extract/streams.ts");
  const optional = new Set<string>(REPORTED.filter(({ isOptional }) => isOptional).map(({ name }) => name));
  for (const { name, streams } of report.connections) {
    const beyond = Object.entries(streams).filter(([, { failure }]) => failure === "optional");
    if (beyond.length > 0 && !flags.quiet && process.stderr.isTTY)
      note(`${name}: not within reach: ${beyond.map(([stream]) => stream).join(", ")} (docktally check says why)`);
    for (const [stream, { status: state, failure, message }] of Object.entries(streams)) {
      // what cannot be changed, or is wanted so, is not said every night
      if (failure === "optional" || (failure === "off" && optional.has(stream))) continue;
      if (state !== "ok" && failure !== "off") complain(`${name}, ${stream}: ${state}: ${message}`);
      else if (message && !flags.quiet) note(`${name}, ${stream}: ${message}`);
    }
  }
  if (report.message) complain(report.message);
  if (!flags.json && !flags.quiet) await say(syncText(report));
}

function rangeOf({ from, to }: SyncFlags, now: Date): Window | null {
  if (from === undefined && to === undefined) return null;
  if (from === undefined) throw new UsageError("--to needs --from: the begin of the range to read again");
  const range = { from, to: Math.min(to ?? now.getTime(), now.getTime()) };
  if (range.from < range.to) return range;
  const iso = (ms: number) => new Date(ms).toISOString();
  throw new UsageError(`--from ${iso(from)} is not before ${to === undefined ? "now" : `--to ${iso(to)} (or now)`}`);
}
