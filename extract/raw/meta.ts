/** What every row of a raw file has in common, and what a file without rows must still say. Times are UTC. */
export interface RawFileMeta {
  readonly org: string;
  readonly stream: string;
  /** window, range: a stretch of a log read to its end; unsettled: one whose readings never agreed, read again by the next run; horizon: what the source still holds; snapshot, catalog: a list; report: a day's report; import: a file that the operator gave. */
  readonly kind: "window" | "unsettled" | "range" | "horizon" | "snapshot" | "catalog" | "report" | "import";
  readonly run_id: string;
  /** The instant of the run: the end of its newest windows and the time of its snapshots. */
  readonly read_at: Date;
  readonly window_from: Date;
  readonly window_to: Date;
  /** horizon only: the oldest event that the source still returned. */
  readonly oldest_event_at?: Date | null;
  /** snapshot only: the operator confirmed that fewer members are right. */
  readonly accept_shrink?: boolean;
  /** report only: which issue of the day's report it is. */
  readonly version?: string | null;
}

/** The key of a raw file's metadata in its Parquet footer; the value is one JSON object of `RawFileMeta`. */
export const META_KEY = "docktally";

/** The value: fields that say nothing are left out. */
export function metaText(meta: RawFileMeta): string {
  const { org, stream, kind, run_id, read_at, window_from, window_to, oldest_event_at, accept_shrink, version } = meta;
  return JSON.stringify({
    ...{ org, stream, kind, run_id, read_at, window_from, window_to },
    ...(oldest_event_at ? { oldest_event_at } : {}),
    ...(accept_shrink ? { accept_shrink } : {}),
    ...(version ? { version } : {}),
  });
}
