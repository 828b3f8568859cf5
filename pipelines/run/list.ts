import type { SourceError } from "../../extract/hub/errors.ts";
import { recordText } from "../../extract/page.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import type { PageRows } from "../../extract/raw/parquet.ts";
import { type Gathered, gather, type Stream } from "../../extract/stream.ts";
import { companionsOf, type NamedStream } from "../../extract/streams.ts";
import { newestRecords, wasRead } from "../../load/coverage.ts";
import { type StreamRead, UNREAD } from "./outcome.ts";
import { endsConnection, metaOf, type ReadTask, sourceError } from "./reading.ts";

export interface ListTask extends ReadTask {
  readonly acceptShrink: boolean;
}

const kindOf = ({ memory }: Stream): RawFileMeta["kind"] => (memory === "catalog" ? "catalog" : "snapshot");

/** What the reading of one list gave. */
interface ListRead {
  readonly stream: NamedStream;
  readonly reading: Gathered<unknown>;
}

/**
 * Reads a list as it is now, and the snapshots that accompany it; each reading makes a raw file, and all of them are handed on
 * to be merged.
 */
export async function readList(task: ListTask, stream: NamedStream): Promise<StreamRead> {
  let read: StreamRead = UNREAD;
  try {
    for await (const found of readingsOf(task, stream)) {
      const companions = companionsOf(stream).filter(({ memory }) => memory === "snapshot");
      const accompanying: ListRead[] = [];
      for (const companion of companions) {
        const { lists, ...more } = await readCompanion(task, stream, companion);
        accompanying.push(...lists);
        read = { ...read, ...more };
      }
      task.sourceOf(stream).hub.clock.mustAgree();
      await keep(task, [...accompanying, found]);
      read = added(read, task, found);
    }
    return read;
  } catch (error) {
    return { ...read, ...failureOf(task, { stream, windows: read.windows }, error) };
  }
}

/** Reads what the stream plans, and what that leaves to be read. */
async function* readingsOf(task: ReadTask, stream: NamedStream): AsyncGenerator<ListRead, void, undefined> {
  const source = task.sourceOf(stream);
  const asks = [...stream.plan({ covered: [] }, task.instant, source.hub.limits)];
  while (asks.length > 0) {
    const reading = await gather(stream.read(source, asks.shift()!));
    asks.unshift(...reading.rest);
    if (reading.isKept) yield { stream, reading };
  }
}

async function keep(task: ListTask, lists: readonly ListRead[]): Promise<void> {
  const files: string[] = [];
  for (const { stream, reading } of lists) {
    const meta = metaOf(task, stream, { kind: kindOf(stream), window: reading.window });
    const accepted = task.acceptShrink && stream.memory === "snapshot" ? { accept_shrink: true } : {};
    files.push(await task.store.write({ ...meta, ...accepted }, reading.pages));
  }
  await task.merge(
    files,
    lists.reduce((sum, { reading }) => sum + reading.records, 0),
  );
}

function added(read: StreamRead, { sourceOf, onProgress }: ReadTask, { stream, reading }: ListRead): StreamRead {
  const { org } = sourceOf(stream);
  const message = reading.warning === null ? null : `${org}: ${reading.warning}`;
  if (message !== null) onProgress({ kind: "warning", text: message });
  const warning = message === null ? [] : [{ org, stream: stream.name, kind: "unsettled", message }];
  return {
    ...read,
    windows: read.windows + 1,
    records: read.records + reading.records,
    moved: read.moved + (reading.moved ? 1 : 0),
    warnings: [...read.warnings, ...warning],
  };
}

export function failureOf(
  task: ReadTask,
  { stream, windows }: { stream: NamedStream; windows: number },
  thrown: unknown,
): Partial<StreamRead> {
  const error = sourceError(thrown);
  if (endsConnection(error)) return { error, endedBy: error };
  const message = task.messageOf(error, stream);
  if (stream.isOptional && error.isUnavailable && windows === 0)
    return { status: "unavailable", failure: "optional", message, error };
  return { status: "failed", failure: error.failure, message, error };
}

/**
 * Reads a snapshot that accompanies another. Not read is not none: what is known of it stays. A token that was never given it
 * is as it always was (reported, and no failure); anything else leaves the run partial.
 */
async function readCompanion(
  task: ReadTask,
  main: NamedStream,
  stream: NamedStream,
): Promise<{ readonly lists: ListRead[] } & Partial<StreamRead>> {
  const lists: ListRead[] = [];
  try {
    for await (const found of readingsOf(task, stream)) lists.push(found);
    return { lists };
  } catch (thrown) {
    const error = sourceError(thrown);
    if (endsConnection(error)) throw error;
    if (stream.unread === null) return { lists };
    const { without, kept } = stream.unread;
    const wasNever = !(await wasRead(task.warehouse, task.org, stream.name));
    if (wasNever && error.failure === "refused")
      return { lists, message: `${stream.title} could not be read, so ${without}: ${error.message}` };
    const scopes = stream.needs.scopes.map(({ name }) => name).join(", ");
    const next = `${kept}; run again later, or give the token its scope ${scopes}`;
    const message = `the ${main.title} were read, but ${stream.title} could not be read: ${error.message}. Nothing is concluded from that: ${next}`;
    return { lists, status: "failed", failure: error.failure, message };
  }
}

/**
 * Reads the catalogs that accompany a stream, each to a raw file only where it is not the one of last time; one that cannot
 * be read is missed silently. Gives what ended the connection, if anything did.
 */
export async function readCatalogs(task: ListTask, main: NamedStream): Promise<SourceError | null> {
  for (const stream of companionsOf(main).filter(({ memory }) => memory === "catalog")) {
    try {
      const known = await newestRecords(task.warehouse, task.rawOrg, stream.name);
      for await (const found of readingsOf(task, stream)) {
        if (!isSame(found.reading.pages, known)) await keep(task, [found]);
      }
    } catch (thrown) {
      const error = sourceError(thrown);
      if (endsConnection(error)) return error;
    }
  }
  return null;
}

function isSame(pages: readonly PageRows[], known: readonly string[]): boolean {
  const records = pages.flatMap(({ page }) => page.starts.map((_, i) => recordText(page, i)));
  return records.length === known.length && records.every((record, i) => record === known[i]);
}
