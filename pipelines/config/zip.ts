import { inflateRawSync } from "node:zlib";

/** No file of an archive is read beyond this: a small one may claim to hold gigabytes. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** The file is no ZIP archive, or a broken one. */
export class BrokenArchiveError extends Error {
  override readonly name = "BrokenArchiveError";
}

/**
 * Reads files of a ZIP archive as text, by name; null where it has none of that name.
 * @throws BrokenArchiveError
 */
export function openArchive(bytes: Buffer): (name: string) => string | null {
  const entries = whole(() => directoryOf(bytes));
  return (name) => {
    const at = entries.get(name);
    return at === undefined ? null : whole(() => contentOf(bytes, at));
  };
}

function whole<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new BrokenArchiveError("this is no workbook, or a broken one", { cause: error });
  }
}

/** Where each file's entry stands in the directory at the archive's end. */
function directoryOf(bytes: Buffer): Map<string, number> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new RangeError("no directory");
  const entries = new Map<string, number>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const name = bytes.readUInt16LE(at + 28);
    entries.set(bytes.toString("utf8", at + 46, at + 46 + name), at);
    at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function contentOf(bytes: Buffer, at: number): string {
  const local = bytes.readUInt32LE(at + 42);
  const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const data = bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20));
  const isStored = bytes.readUInt16LE(at + 10) === 0;
  return (isStored ? data : inflateRawSync(data, { maxOutputLength: LARGEST_FILE })).toString("utf8");
}
