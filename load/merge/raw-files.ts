import { join } from "node:path";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import { recover } from "../warehouse/engine-failure.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";

/** A raw file and what it says of itself. */
export interface RawFileInfo extends Required<RawFileMeta> {
  /** Relative to the data folder. */
  readonly name: string;
  readonly path: string;
  /** The organization's first spelling in the raw zone, which ids are made of. */
  readonly first_org: string;
  readonly records: number;
  /** What its records take when they are unpacked. */
  readonly bytes: number;
}

/** A raw file that stays where it is: it could not be merged, for a reason that may pass; the next run tries it again. */
export interface UnmergedRawFile {
  readonly file: string;
  /** Null where it could not even be asked. */
  readonly org: string | null;
  readonly stream: string | null;
  readonly message: string;
}

/** A raw file that cannot be read: cut off, overwritten, or none of ours. */
export class BrokenRawFileError extends Error {
  override readonly name = "BrokenRawFileError";
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(`the raw file ${file} cannot be read: ${firstLine(cause)}`, { cause });
    this.file = file;
  }
}

/** Files of one statement at the most. */
const DESCRIBED_AT_ONCE = 1000;

/** What raw files say of themselves, in the order given; those that cannot be read and those that cannot be read now are apart. */
export interface DescribedFiles {
  readonly infos: RawFileInfo[];
  readonly broken: BrokenRawFileError[];
  readonly unmerged: UnmergedRawFile[];
}

/** What each raw file says of itself, many files in one statement: a year of hourly runs leaves some 30 000. */
export async function describeRawFiles(warehouse: WarehouseFile, names: readonly string[]): Promise<DescribedFiles> {
  const found: DescribedFiles = { infos: [], broken: [], unmerged: [] };
  for (let at = 0; at < names.length; at += DESCRIBED_AT_ONCE)
    await describeInto(found, warehouse, names.slice(at, at + DESCRIBED_AT_ONCE));
  return found;
}

/** One file that cannot be read fails the statement over all of them: it is found by halving. */
async function describeInto(found: DescribedFiles, warehouse: WarehouseFile, names: readonly string[]): Promise<void> {
  try {
    for (const metadata of await readMetadata(warehouse, names)) {
      try {
        found.infos.push(infoOf(warehouse, metadata));
      } catch (error) {
        found.broken.push(new BrokenRawFileError(metadata.name, error));
      }
    }
  } catch (error) {
    const failure = await recover(warehouse, error);
    if (names.length > 1) {
      const half = names.length >> 1;
      await describeInto(found, warehouse, names.slice(0, half));
      await describeInto(found, warehouse, names.slice(half));
    } else if (failure !== null) {
      const [file] = names;
      found.unmerged.push({ file: file!, org: null, stream: null, message: firstLine(error) });
    } else found.broken.push(new BrokenRawFileError(names[0]!, error));
  }
}

interface Metadata {
  readonly name: string;
  readonly footer: Footer;
  readonly records: number;
  readonly bytes: number;
}

/** `RawFileMeta` as it stands in a file: whatever is there. */
type Footer = Readonly<Record<string, unknown>>;

async function readMetadata({ db, dataDir }: WarehouseFile, names: readonly string[]): Promise<Metadata[]> {
  const paths = names.map((name) => join(dataDir, name));
  const pairs = await statement<{ file_name: string; key: string; value: string }>("merge/raw_file_footers", {
    paths,
  }).execute(db);
  const held = await statement<{ file_name: string; records: number; bytes: number }>("merge/raw_file_sizes", {
    paths,
  }).execute(db);
  const footers = new Map<string, Footer>();
  for (const { file_name, key, value } of pairs.rows)
    footers.set(file_name, { ...footers.get(file_name), ...footerOf(key, value) });
  const sizes = new Map(held.rows.map((row) => [row.file_name, row]));
  return names.map((name) => {
    const path = join(dataDir, name);
    const { records = 0, bytes = 0 } = sizes.get(path) ?? {};
    return { name, footer: footers.get(path) ?? {}, records, bytes };
  });
}

/** One JSON value, or one of the pairs that version 0.1.0 wrote (`docktally.org`, ...). */
function footerOf(key: string, value: string): Footer {
  if (key !== "docktally") return { [key.slice("docktally.".length)]: value };
  try {
    return JSON.parse(value) as Footer;
  } catch {
    return {};
  }
}

/** @throws where it does not say what every raw file says */
function infoOf({ dataDir }: WarehouseFile, { name, footer, records, bytes }: Metadata): RawFileInfo {
  const text = (key: keyof RawFileMeta): string => {
    const value = footer[key];
    if (typeof value !== "string") throw new Error(`its metadata lacks docktally.${key}`);
    return value;
  };
  const time = (key: keyof RawFileMeta): Date => {
    const at = new Date(text(key));
    if (Number.isNaN(at.getTime())) throw new Error(`its metadata has an unreadable docktally.${key}`);
    return at;
  };
  return {
    name,
    path: join(dataDir, name),
    org: text("org"),
    first_org: text("org"),
    stream: text("stream"),
    kind: text("kind") as RawFileMeta["kind"],
    run_id: text("run_id"),
    read_at: time("read_at"),
    window_from: time("window_from"),
    window_to: time("window_to"),
    oldest_event_at: footer.oldest_event_at === undefined ? null : time("oldest_event_at"),
    accept_shrink: String(footer.accept_shrink) === "true",
    version: typeof footer.version === "string" ? footer.version : null,
    records,
    bytes,
  };
}

/** What an error says, in one line of bearable length. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!.slice(0, 300);
}

/** The first of some files whose rows cannot be read, after a merge of them failed; null where each can. */
export async function findBroken(
  warehouse: WarehouseFile,
  files: readonly RawFileInfo[],
): Promise<BrokenRawFileError | null> {
  for (const { name, path } of files) {
    try {
      await statement("merge/read_whole_file", { path }).execute(warehouse.db);
    } catch (error) {
      return (await recover(warehouse, error)) !== null ? null : new BrokenRawFileError(name, error);
    }
  }
  return null;
}
