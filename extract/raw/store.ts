import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RawFileMeta } from "./meta.ts";
import type { PageRows } from "./parquet.ts";

/** What may stand in a path or URL as an organization's name; it comes from the operator and is checked all the same. */
export const ORG_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Sorts as text in the order of time: `20261123T141432123Z-9f2c1a`. */
export function newRunId(startedAt: Date): string {
  return `${compact(startedAt)}-${randomBytes(3).toString("hex")}`;
}

/**
 * The raw zone: `<data>/raw/<stream>/org=<org>/<run>-<nnnn>_<from>_<to>.parquet`. Immutable and append-only; a file
 * appears under its final name only when it is complete and on disk. Names sort in the order in which they were written,
 * so that merging them again in that order gives the same warehouse again.
 */
export class RawStore {
  readonly #data: string;
  #written = 0;

  constructor(dataDir: string) {
    this.#data = dataDir;
  }

  /** Loads the writer while there is nothing to write yet; what goes wrong is told by the first file. */
  prepare(): void {
    writer().catch(() => {});
  }

  /** Writes one file; gives its path relative to the data folder, with forward slashes. */
  async write(meta: RawFileMeta, pages: readonly PageRows[]): Promise<string> {
    const place = this.#place(meta);
    const { rawParquet } = await writer();
    return this.#put(place, rawParquet(meta, pages));
  }

  /** The same for pages that are never together in memory. */
  async writeStream(meta: RawFileMeta, pages: AsyncIterable<readonly PageRows[]>): Promise<string> {
    const place = this.#place(meta);
    const { rawParquetStream } = await writer();
    return this.#put(place, rawParquetStream(meta, pages));
  }

  #place(meta: RawFileMeta): { folder: string; name: string } {
    if (!ORG_NAME.test(meta.org)) throw new Error(`"${meta.org}" cannot be an organization's name`);
    const number = String(++this.#written).padStart(4, "0");
    const name = `${meta.run_id}-${number}_${compact(meta.window_from)}_${compact(meta.window_to)}.parquet`;
    return { folder: `raw/${meta.stream}/org=${meta.org}`, name };
  }

  async #put({ folder, name }: { folder: string; name: string }, bytes: Written): Promise<string> {
    await mkdir(join(this.#data, folder), { recursive: true, mode: 0o700 });
    await writeDurably(join(this.#data, folder), name, bytes);
    return `${folder}/${name}`;
  }

  /** Every complete raw file, in the order in which they were written. */
  async list(): Promise<string[]> {
    const entries = await entriesOf(join(this.#data, "raw"));
    return entries
      .map((entry) => `raw/${entry.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".parquet"))
      .sort((a, b) => compareNames(a, b));
  }

  /** Removes what a killed run left unfinished: temporary files, never a complete one. */
  async dropUnfinished(): Promise<void> {
    for (const entry of await entriesOf(join(this.#data, "raw")))
      if (entry.endsWith(TEMPORARY)) await rm(join(this.#data, "raw", entry), { force: true });
  }

  /** Takes a file that cannot be read out of the way without losing it; gives its new path. */
  async setAside(path: string): Promise<string> {
    await rename(join(this.#data, path), join(this.#data, `${path}.broken`));
    return `${path}.broken`;
  }
}

/** Loaded when it is needed: some megabytes of WebAssembly. */
const writer = () => import("./parquet.ts");

const TEMPORARY = ".tmp";

/** All that lies in a folder and below; nothing where there is no such folder yet. One that cannot be read is an error. */
async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

type Written = Uint8Array | AsyncIterable<Uint8Array>;

async function writeDurably(folder: string, name: string, bytes: Written): Promise<void> {
  const temporary = join(folder, `${name}${TEMPORARY}`);
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await writeFile(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** A rename is durable only when its folder is; where a platform cannot sync a folder, the rename alone must do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function compareNames(a: string, b: string): number {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  return nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a < b ? -1 : a > b ? 1 : 0;
}

function compact(at: Date): string {
  return at.toISOString().replace(/[-:.]/g, "");
}
