import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newRunId } from "../../extract/raw/store.ts";
import { addSkippedRun, type RunRecord } from "../../load/runs.ts";
import { type WarehouseFile, WarehouseHeldError } from "../../load/warehouse/open.ts";
import { VERSION } from "../version.ts";

const FOLDER = "state/skipped";

/** A run that found the warehouse held cannot write into it; it leaves a note for the next run. */
async function noteSkippedRun(dataDir: string, run: RunRecord, message: string): Promise<void> {
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${run.run_id}.json`), JSON.stringify({ ...run, message }), { mode: 0o600 });
}

/** Leaves such a note where that is what went wrong; gives the run's id, or null where it was something else. */
export async function noteHeld(
  command: string,
  { dataDir, startedAt }: { dataDir: string; startedAt: Date },
  error: unknown,
): Promise<string | null> {
  if (!(error instanceof WarehouseHeldError)) return null;
  const run = { run_id: newRunId(startedAt), command, started_at: startedAt, version: VERSION };
  await noteSkippedRun(dataDir, run, error.message).catch(() => {});
  return run.run_id;
}

/** Takes the notes of skipped runs into `ops.runs`. */
export async function absorbSkippedRuns(warehouse: WarehouseFile): Promise<void> {
  const folder = join(warehouse.dataDir, FOLDER);
  for (const name of (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".json")).sort()) {
    const note = await readNote(join(folder, name));
    if (note) await addSkippedRun(warehouse, note.run, note.message);
    await rm(join(folder, name), { force: true });
  }
}

/** Null where the note was cut off: it told of a run that did nothing. */
async function readNote(path: string): Promise<{ run: RunRecord; message: string } | null> {
  try {
    const { run_id, command, started_at, version, message } = JSON.parse(await readFile(path, "utf8"));
    return { run: { run_id, command, started_at: new Date(started_at), version }, message };
  } catch {
    return null;
  }
}
