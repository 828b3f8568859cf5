import { execFile } from "node:child_process";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "kysely";
import { DataFolderError, PUBLISHED_FILE, type WarehouseFile } from "./open.ts";

/**
 * Copies in a process of its own: DuckDB holds its lock with POSIX record locks, and those are dropped as soon as the
 * process that holds them closes any handle of the file, a copy's included. Reflinks where the file system can.
 */
const copyScript = (from: string, to: string) => `
const fs = require("node:fs");
const [from, to] = ${JSON.stringify([from, to])};
fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
fs.chmodSync(to, 0o600);
const file = fs.openSync(to, "r+");
fs.fsyncSync(file);
fs.closeSync(file);`;

/**
 * Gives readers the warehouse as it is now: a checkpoint, a copy under a temporary name, one rename. Who has the old file
 * open keeps it, whole; who opens it next gets the new one, whole.
 * @throws DataFolderError where the copy could not be written; the last good file stays
 */
export async function publish({ db, path, dataDir }: WarehouseFile): Promise<void> {
  await sql`force checkpoint`.execute(db);
  const published = join(dataDir, PUBLISHED_FILE);
  await dropUnfinished(dataDir);
  const temporary = `${published}.${process.pid}.tmp`;
  try {
    await promisify(execFile)(process.execPath, ["-e", copyScript(path, temporary)]);
    // what an analyst's read-write session left beside the old file does not belong to the new one
    await rm(`${published}.wal`, { force: true });
    await rename(temporary, published);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const { stderr, message } = error as Error & { stderr?: string };
    const said = /^Error: (.*)$/m.exec(stderr ?? "")?.[1] ?? message;
    throw new DataFolderError(`${published} could not be written: ${said}; the last published warehouse is untouched`, {
      cause: error,
    });
  }
}

/** Removes the copies of runs that were killed before the rename; only the holder of the writer's lock publishes. */
async function dropUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir))
    if (name.startsWith(`${PUBLISHED_FILE}.`) && name.endsWith(".tmp")) await rm(join(dataDir, name), { force: true });
}
