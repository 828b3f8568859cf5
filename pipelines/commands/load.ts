import { newRunId } from "../../extract/raw/store.ts";
import type { Window } from "../../extract/windows.ts";
import { WarehouseHeldError } from "../../load/warehouse/open.ts";
import { EXIT } from "../run/outcome.ts";
import { check } from "../run/probe.ts";
import { rebuild } from "../run/rebuild.ts";
import { checkPeople } from "../run/settings.ts";
import { noteSkippedRun } from "../run/skipped-runs.ts";
import { type SyncReport, sync } from "../run/sync.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";
import { type CommonFlags, complain, configOf, emit, failureOf, progressOf, Stop } from "./console.ts";

interface SyncFlags extends CommonFlags {
  readonly from?: string;
  readonly to?: string;
  readonly acceptShrink?: boolean;
}

/** `docktally sync` */
export async function syncCommand(flags: SyncFlags): Promise<void> {
  const startedAt = new Date();
  const progress = progressOf(flags);
  const stop = new Stop();
  try {
    const config = configOf(flags, true);
    checkPeople(config.connections);
    const range = rangeOf(flags, startedAt);
    const options = {
      config,
      range,
      acceptShrink: flags.acceptShrink === true,
      startedAt,
      signal: stop.signal,
      onProgress: progress,
    };
    const report = await sync(options).catch((error: unknown) => {
      if (error instanceof WarehouseHeldError) return skipped(config.dataDir, startedAt, error);
      throw error;
    });
    progress.end();
    await endSync(report, flags, stop);
  } catch (error) {
    progress.end();
    const code = complain(error);
    if (flags.json && code !== EXIT.usage) await emit(syncJson(failed(startedAt, error)), undefined);
  }
}

async function endSync(report: SyncReport, flags: CommonFlags, stop: Stop): Promise<void> {
  process.exitCode = report.status === "interrupted" ? (stop.exitCode ?? EXIT.interrupted) : report.exitCode;
  if (flags.json) await emit(syncJson(report), undefined);
  for (const { name, streams } of report.connections) {
    for (const [stream, { status: state, failure, message }] of Object.entries(streams)) {
      if (state !== "ok" && failure !== "off") process.stderr.write(`${name}, ${stream}: ${state}: ${message}\n`);
      else if (message && !flags.quiet) process.stderr.write(`${name}, ${stream}: ${message}\n`);
    }
  }
  if (report.message) process.stderr.write(`docktally: ${report.message}\n`);
  if (!flags.json && !flags.quiet) await emit(syncText(report), undefined);
}

/** A run that found the warehouse held says so, and leaves a note for `ops.runs`. */
async function skipped(dataDir: string, startedAt: Date, error: WarehouseHeldError): Promise<SyncReport> {
  return { ...failed(startedAt, error), run_id: await noteSkipped("sync", dataDir, startedAt, error) };
}

async function noteSkipped(command: string, dataDir: string, startedAt: Date, error: Error): Promise<string> {
  const run = { run_id: newRunId(startedAt), command, started_at: startedAt, version: VERSION };
  await noteSkippedRun(dataDir, run, error.message).catch(() => {});
  return run.run_id;
}

function failed(startedAt: Date, error: unknown): SyncReport {
  const { code, message } = failureOf(error);
  return {
    run_id: newRunId(startedAt),
    status: "failed",
    started_at: startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    requests: 0,
    connections: [],
    exitCode: code,
    message,
  };
}

/** What `--json` prints: the report without what only this program needs. */
export function syncJson({ exitCode: _, connections, ...report }: SyncReport, more: object = {}): string {
  const plain = connections.map(({ streams, ...connection }) => ({
    ...connection,
    streams: Object.fromEntries(Object.entries(streams).map(([name, { failure, ...stream }]) => [name, stream])),
  }));
  const { message, ...rest } = report;
  return `${JSON.stringify({ ...rest, connections: plain, message, ...more }, null, 2)}\n`;
}

function syncText(report: SyncReport): string {
  const lines = report.connections.map(({ name, org, status: state, streams: { members, auditlog } }) => {
    const events =
      auditlog.status === "unavailable"
        ? "no audit log"
        : `${auditlog.facts_new} new facts from ${auditlog.records} audit records`;
    const rejected = members.rejected + auditlog.rejected;
    return `${name} (${org}): ${state}; ${members.records} people, ${events}${rejected > 0 ? `, ${rejected} records rejected (see ops.rejected)` : ""}`;
  });
  return `${[...lines, `run ${report.run_id}: ${report.status}, ${report.requests} requests`].join("\n")}\n`;
}

function rangeOf({ from, to }: SyncFlags, now: Date): Window | null {
  if (from === undefined && to === undefined) return null;
  if (from === undefined) throw new UsageError("--to needs --from: the begin of the range to read again");
  const range = {
    from: timeOf("--from", from),
    to: to === undefined ? now.getTime() : Math.min(timeOf("--to", to), now.getTime()),
  };
  if (range.from >= range.to)
    throw new UsageError(`--from ${from} is not before ${to === undefined ? "now" : `--to ${to} (or now)`}`);
  return range;
}

function timeOf(flag: string, text: string): number {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  const zoned = form?.[1] && !form[4] ? `${text}Z` : text;
  const time = form && isDay(text.slice(0, 10)) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`${flag} ${text} is no time; write a date (2026-10-01) or RFC 3339 (2026-10-01T06:00:00Z)`);
  return time;
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** `docktally check` */
export async function checkCommand(flags: CommonFlags): Promise<void> {
  const stop = new Stop();
  try {
    const report = await check(configOf(flags, true), stop.signal);
    process.exitCode = report.exitCode;
    const { exitCode, ...plain } = report;
    if (flags.json) return await emit(`${JSON.stringify(plain, null, 2)}\n`, undefined);
    const lines = report.connections.flatMap(({ name, org, status: state, checks }) => [
      `${name} (${org}): ${state}`,
      ...checks.map(({ what, status: result, message }) => `  ${what.padEnd(9)} ${result.padEnd(7)} ${message}`),
    ]);
    const next = exitCode === EXIT.done ? ["Next: docktally sync"] : [];
    await emit(`${[...lines, ...next].join("\n")}\n`, undefined);
  } catch (error) {
    complain(error);
  }
}

/** `docktally rebuild` */
export async function rebuildCommand(flags: CommonFlags): Promise<void> {
  const startedAt = new Date();
  const progress = progressOf(flags);
  const stop = new Stop();
  try {
    const { dataDir } = configOf(flags, false);
    const report = await rebuild(dataDir, startedAt, stop.signal, progress).catch(async (error: unknown) => {
      if (error instanceof WarehouseHeldError) await noteSkipped("rebuild", dataDir, startedAt, error);
      throw error;
    });
    progress.end();
    process.exitCode = report.status === "interrupted" ? (stop.exitCode ?? EXIT.interrupted) : report.exitCode;
    const { exitCode, ...plain } = report;
    if (report.message) process.stderr.write(`docktally: ${report.message}\n`);
    if (flags.json) await emit(`${JSON.stringify(plain, null, 2)}\n`, undefined);
    else if (!flags.quiet)
      await emit(`rebuilt from ${report.raw_files} raw files: ${report.facts} facts (${report.status})\n`, undefined);
  } catch (error) {
    progress.end();
    complain(error);
  }
}
