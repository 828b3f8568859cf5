import { access, rename } from "node:fs/promises";
import { join } from "node:path";
import {
  openWriter,
  PUBLISHED_FILE,
  STATE_FILE,
  UnreadableWarehouseError,
  type WarehouseFile,
} from "./warehouse-file.ts";

/** What is made from the raw zone; runs, settings, people and warnings are not, and stay. */
const FROM_RAW = [
  "fct_usage",
  "dim_member",
  "dim_action",
  "ops.member_snapshots",
  "ops.member_insights",
  "ops.loaded_files",
  "ops.event_days",
  "ops.rejected",
];

/** Opens the writer's warehouse; one that cannot be read any more is moved out of the way (`.broken`). */
export async function openForRebuild(dataDir: string): Promise<WarehouseFile> {
  try {
    return await openWriter(dataDir);
  } catch (error) {
    if (!(error instanceof UnreadableWarehouseError)) throw error;
    const path = join(dataDir, STATE_FILE);
    await rename(path, `${path}.broken`);
    await rename(`${path}.wal`, `${path}.wal.broken`).catch(() => {});
    return openWriter(dataDir);
  }
}

/** Empties what the raw zone tells, in one transaction. */
export async function clearForRebuild({ connection }: WarehouseFile): Promise<void> {
  await connection.run("begin transaction");
  for (const table of FROM_RAW) await connection.run(`delete from ${table}`);
  await connection.run("commit");
  await connection.run("checkpoint");
}

/** A new warehouse takes settings, people and the history of runs from the published one, where that is still there. */
export async function carrySettings({ connection, dataDir }: WarehouseFile): Promise<void> {
  const path = join(dataDir, PUBLISHED_FILE);
  const reader = await connection.runAndReadAll(
    "select (select count(*) from ops.license_settings) + (select count(*) from ops.runs)",
  );
  if (Number(reader.getRows()[0]?.[0]) > 0 || !(await exists(path))) return;
  try {
    await connection.run(`attach '${path.replaceAll("'", "''")}' as published (read_only)`);
  } catch {
    return; // nothing can be carried over from a file that cannot be read
  }
  try {
    for (const table of ["license_settings", "people", "runs", "warnings"]) {
      await connection.run(`insert into ops.${table} by name select * from published.ops.${table}`);
    }
  } finally {
    await connection.run("detach published");
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
