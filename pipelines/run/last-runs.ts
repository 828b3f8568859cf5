import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Configured } from "../config/config.ts";
import type { ConnectionReport } from "./outcome.ts";

/** What became of a connection in the last run that had it to read. */
export interface LastRun {
  readonly run_id: string;
  readonly started_at: string;
  /** failed: a stream failed, or the run ended before what it read was published. */
  readonly status: "ok" | "failed";
  readonly message: string | null;
  readonly streams: { readonly members: StreamState; readonly auditlog: StreamState };
}

export interface StreamState {
  readonly status: string;
  readonly message: string | null;
}

/** A connection and its last run; null where it never had one. */
export interface ConnectionState {
  readonly org: string;
  readonly name: string;
  readonly last_run: LastRun | null;
}

/** What the note says: how the connections' last runs ended, and what is configured. */
export interface LastRuns {
  readonly configured: readonly { readonly org: string; readonly name: string }[];
  readonly connections: readonly ConnectionState[];
}

interface Started {
  readonly run_id: string;
  readonly started_at: string;
}

interface Note extends LastRuns {
  /** The run that wrote this and has not ended yet. */
  readonly running: (Started & { readonly pid: number; readonly host: string; readonly chosen: string[] }) | null;
}

/** How a run ended; `message` where it is about the run as a whole. */
export interface RunEnded extends Started {
  readonly message: string | null;
  readonly connections: readonly ConnectionReport[];
}

const FILE = "state/last-runs.json";
const NOTHING: Note = { configured: [], connections: [], running: null };

/**
 * Notes that a run began, beside the warehouse: `status` shows runs that publish nothing, too, and
 * needs no lock for it. Only the holder of the writer's lock writes it. That it cannot be written stops no run.
 */
export async function noteRunBegan(
  dataDir: string,
  run: Started,
  { configured, connections }: { configured: readonly Configured[]; connections: readonly Configured[] },
): Promise<void> {
  const before = await readNote(dataDir);
  const running = { ...run, pid: process.pid, host: hostname(), chosen: connections.map(({ org }) => org) };
  const names = configured.map(({ org, name }) => ({ org, name }));
  await writeNote(dataDir, { configured: names, connections: killed(before), running });
}

/** Notes how the run ended for each connection that it had to read. */
export async function noteRunEnded(dataDir: string, run: RunEnded): Promise<void> {
  const before = await readNote(dataDir);
  const { configured, running, connections } = before;
  if (running?.run_id !== run.run_id) return;
  const ended = configured
    .filter(({ org }) => running.chosen.includes(org))
    .map(({ org, name }) => {
      const report = run.connections.find((one) => one.org === org);
      return { org, name, last_run: lastRunOf(run, report) };
    });
  await writeNote(dataDir, { configured, connections: newest([...ended, ...connections]), running: null });
}

/** What the last runs left; a run that was killed has failed. */
export async function readLastRuns(dataDir: string): Promise<LastRuns> {
  const note = await readNote(dataDir);
  const { configured, connections, running } = note;
  return { configured, connections: running && !isAlive(running) ? killed(note) : connections };
}

/** A run's outcome for one connection, by its report in the run. */
export function lastRunOf({ run_id, started_at, message }: RunEnded, report: ConnectionReport | undefined): LastRun {
  const unread = { status: "failed", message: message ?? "not read: the run ended before" };
  const { members = unread, auditlog = unread } = report?.streams ?? {};
  const streams = { members: stateOf(members), auditlog: stateOf(auditlog) };
  if (report?.status === "ok" && message === null) return { run_id, started_at, status: "ok", message: null, streams };
  const all = [...(report === undefined || report.status === "ok" ? [] : failuresOf(report)), message ?? ""];
  return { run_id, started_at, status: "failed", message: said(all) || unread.message, streams };
}

const said = (texts: readonly string[]) => texts.filter((text) => text !== "").join("; ");

/** What failed and why: a refused login fails every stream, and is said once. */
function failuresOf({ streams }: ConnectionReport): string[] {
  const failed = Object.entries(streams).filter(
    ([, { status, failure }]) => status !== "ok" && failure !== "off" && failure !== "optional",
  );
  const whys = new Set(failed.map(([, { status, message }]) => `${status}: ${message}`));
  return [...whys].map((why) => {
    const names = failed.filter(([, { status, message }]) => `${status}: ${message}` === why).map(([name]) => name);
    return `${names.join(", ")} ${why}`;
  });
}

const stateOf = ({ status, message }: StreamState): StreamState => ({ status, message });

/** The note's connections, those of a run that never ended as failed. */
function killed({ configured, connections, running }: Note): ConnectionState[] {
  if (running === null) return [...connections];
  const message =
    "the run was killed, or the disk was full, before it could say how it ended; what was complete is kept, run docktally sync again";
  const { run_id, started_at, chosen } = running;
  const failed = configured
    .filter(({ org }) => chosen.includes(org))
    .map((one) => ({ ...one, last_run: lastRunOf({ run_id, started_at, message, connections: [] }, undefined) }));
  return newest([...failed, ...connections]);
}

/** Of entries for one organization, whatever its capitals, the first. */
function newest(entries: readonly ConnectionState[]): ConnectionState[] {
  const seen = new Map<string, ConnectionState>();
  for (const entry of entries) if (!seen.has(entry.org.toLowerCase())) seen.set(entry.org.toLowerCase(), entry);
  return [...seen.values()];
}

const LONGEST_RUN_MS = 86_400_000;

/** Whether the process that wrote the note is still there; of one on another machine (a container, say) only the age is known. */
function isAlive({ pid, host, started_at }: NonNullable<Note["running"]>): boolean {
  if (host !== hostname()) return Date.now() - Date.parse(started_at) < LONGEST_RUN_MS;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readNote(dataDir: string): Promise<Note> {
  try {
    return { ...NOTHING, ...JSON.parse(await readFile(join(dataDir, FILE), "utf8")) };
  } catch {
    return NOTHING;
  }
}

async function writeNote(dataDir: string, note: Note): Promise<void> {
  const path = join(dataDir, FILE);
  try {
    await mkdir(join(dataDir, "state"), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.tmp`, JSON.stringify(note), { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  } catch {
    // a disk that is full or read-only shows up where it matters
    await rm(`${path}.tmp`, { force: true }).catch(() => {});
  }
}
