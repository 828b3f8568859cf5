import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addSkippedRun, type RunRecord } from "../../load/runs.ts";
import { type WarehouseFile, WarehouseHeldError } from "../../load/warehouse/open.ts";

const FOLDER = "state/skipped";

/** Leaves a note for the next run where `error` says that the warehouse is held, and nothing can be written into it. */
export async function noteSkippedRun(dataDir: string, run: RunRecord, error: unknown): Promise<void> {
  if (!(error instanceof WarehouseHeldError)) return;
  const folder = join(dataDir, FOLDER);
  const note = JSON.stringify({ ...run, message: error.message });
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, `${run.run_id}.json`), note, { mode: 0o600 });
  } catch {
    // the error is thrown all the same
  }
}

/** Takes the notes of skipped runs into `ops.runs`. */
export async function importSkippedRuns(warehouse: WarehouseFile): Promise<void> {
  const folder = join(warehouse.dataDir, FOLDER);
  for (const name of (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".json")).sort()) {
    const note = await readNote(join(folder, name));
    if (note) await addSkippedRun(warehouse, note.run, note.message);
    await rm(join(folder, name), { force: true });
  }
}

/** Null where the note was cut off; that run did nothing. */
async function readNote(path: string): Promise<{ run: RunRecord; message: string } | null> {
  try {
    const { run_id, command, started_at, version, message } = JSON.parse(await readFile(path, "utf8"));
    return { run: { run_id, command, started_at: new Date(started_at), version }, message };
  } catch {
    return null;
  }
}
