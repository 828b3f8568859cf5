import { SourceError } from "../../extract/hub/errors.ts";
import type { RawFileMeta } from "../../extract/raw/meta.ts";
import type { RawStore } from "../../extract/raw/store.ts";
import type { Source, Stream } from "../../extract/stream.ts";
import type { NamedStream } from "../../extract/streams.ts";
import type { Window } from "../../extract/windows.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { OnProgress } from "./progress.ts";

/** What reading any stream needs. */
export interface ReadTask {
  /** As the raw zone spells it. */
  readonly rawOrg: string;
  /** As the warehouse spells it. */
  readonly org: string;
  readonly runId: string;
  /** The instant of the run: the end of the newest window and the time of its snapshots. */
  readonly instant: Date;
  readonly store: RawStore;
  readonly warehouse: WarehouseFile;
  readonly sourceOf: (stream: NamedStream) => Source;
  readonly onProgress: OnProgress;
  /** What happened and what to do, for a person. */
  readonly messageOf: (error: SourceError, stream: Stream) => string;
  /** Hands finished raw files on to be merged, those that belong together in one call. */
  readonly merge: (files: readonly string[], records: number) => Promise<void>;
  /** Waits until they are. */
  readonly drain: () => Promise<void>;
}

/** The metadata of a raw file; `window` null is the instant of the run. */
export function metaOf(
  { rawOrg, runId, instant }: ReadTask,
  stream: Stream,
  { kind, window }: { kind: RawFileMeta["kind"]; window: Window | null },
): RawFileMeta {
  return {
    org: rawOrg,
    stream: stream.name,
    kind,
    run_id: runId,
    read_at: instant,
    window_from: window ? new Date(window.from) : instant,
    window_to: window ? new Date(window.to) : instant,
  };
}

/** @throws what is no matter of the source */
export function sourceError(error: unknown): SourceError {
  if (!(error instanceof SourceError)) throw error;
  return error;
}

export function endsConnection({ ends }: SourceError): boolean {
  return ends === "connection" || ends === "run";
}
