import { stat } from "node:fs/promises";
import { csvPages } from "../../extract/usage-export.ts";
import { type UsageShape, usageShape } from "../../extract/usage-export-shape.ts";
import type { Window } from "../../extract/windows.ts";
import { factsOfFiles } from "../../load/coverage.ts";
import type { Configured } from "../config/config.ts";
import { UsageError } from "../usage-error.ts";
import { EXIT } from "./outcome.ts";
import { type Outcome, Run, type RunOptions, type RunReport } from "./run.ts";

export interface ImportOptions extends RunOptions {
  readonly connection: Pick<Configured, "name" | "org">;
  readonly files: readonly string[];
}

/** A file that was checked whole. */
interface CheckedFile {
  readonly file: string;
  readonly rows: number;
  readonly days: Window;
}

/** What became of a file; `facts` are those that no other export told first. */
export interface ImportedFile {
  readonly file: string;
  readonly rows: number;
  readonly facts: number;
  /** Days from that of its first row to that of its last, which it covers. */
  readonly days: number;
  readonly from: string;
  readonly to: string;
}

export interface ImportReport extends Omit<RunReport, "requests" | "connections"> {
  readonly connection: string;
  readonly org: string;
  readonly files: readonly ImportedFile[];
}

const DAY_MS = 86_400_000;

/**
 * Loads exports of the usage page that an operator gives, without a request: all files are checked before any is loaded.
 * @throws UsageError where a file is not there or of another shape; nothing is made or changed then
 */
export async function importPulls(options: ImportOptions): Promise<ImportReport> {
  const { connection, files, dataDir, startedAt } = options;
  const checked = await checkFiles(files, startedAt);
  const run = await Run.open("import", { ...options, dataDir });
  const written: string[] = [];
  try {
    const {
      requests: _,
      connections: __,
      ...report
    } = await run.execute(() => load(run, options, { checked, written }));
    const facts = await factsOfFiles(run.warehouse, written);
    const imported = checked.slice(0, written.length).map(({ file, rows, days }, i) => ({
      ...{ file, rows, facts: facts.get(written[i]!) ?? 0, days: (days.to - days.from) / DAY_MS },
      ...{ from: dayOf(days.from), to: dayOf(days.to - DAY_MS) },
    }));
    return { ...report, connection: connection.name, org: connection.org, files: imported };
  } finally {
    run.close();
  }
}

async function load(
  run: Run,
  { connection: { org }, startedAt, signal }: ImportOptions,
  files: { readonly checked: readonly CheckedFile[]; readonly written: string[] },
): Promise<Outcome> {
  await run.store.dropUnfinished();
  await run.catchUp();
  for (const { file, rows, days } of files.checked) {
    if (signal.aborted) break;
    const window = { window_from: new Date(days.from), window_to: new Date(days.to) };
    const meta = { org, stream: "usage_export", kind: "import", run_id: run.id, read_at: startedAt } as const;
    const name = await run.store.writeStream({ ...meta, ...window }, csvPages(file, startedAt));
    files.written.push(name);
    await run.queue.add([name], rows);
  }
  await run.queue.drain();
  const left = [...run.queue.brokenFiles, ...run.queue.unmergedFiles];
  if (left.length === 0) return { exitCode: EXIT.done, message: null, isPublished: true };
  const message = `${left.length} raw files could not be read or merged: ${left.join(", ")}; the next run tries again`;
  return { exitCode: EXIT.partial, message, isPublished: true };
}

async function checkFiles(files: readonly string[], now: Date): Promise<CheckedFile[]> {
  const problems: string[] = [];
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const shape = await readFileShape(file, now);
    if (typeof shape === "string") problems.push(shape);
    else if (shape.days === null || shape.problems.length > 0)
      for (const { line, column, message } of shape.problems)
        problems.push(`${file}, line ${line}${column === null ? "" : `, column ${column}`}: ${message}`);
    else checked.push({ file, rows: shape.rows, days: shape.days });
  }
  if (problems.length > 0) throw new UsageError(`${problems.join("\n")}\nNothing was loaded`);
  return checked;
}

/** The shape of a file, or why it cannot be read. */
async function readFileShape(file: string, now: Date): Promise<UsageShape | string> {
  try {
    if ((await stat(file)).isFile()) return await usageShape(file, now);
    return `${file}: this is no file; name the CSV that Docker Hub's usage page sent`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `${file}: it cannot be read (${code}); name a file that is there`;
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
