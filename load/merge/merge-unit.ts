import type { StreamName } from "../../extract/streams.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import type { MergeCount } from "./loaded-file.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** What is merged or not merged as one: a file, and what was read beside it in the same run. */
export interface MergeUnit {
  readonly file: RawFileInfo;
  readonly companion: RawFileInfo | null;
  /** The file of the unit before, where both units hold the same records. */
  readonly repeats: RawFileInfo | null;
}

/** The shrink guard refused a snapshot; nothing of it was merged but the note that it was refused. */
export interface RefusedSnapshot {
  readonly refused: { readonly current: number; readonly gone: number };
}

/** A newer snapshot was merged before; nothing of this one was, but the note of it. */
export interface StaleSnapshot {
  readonly stale: { readonly taken: Date; readonly newer: Date };
}

/** What becomes of a unit. */
export type MergedUnit = MergeCount | RefusedSnapshot | StaleSnapshot;

/** How the raw files of a stream are merged. */
export interface Merge {
  /** Units of one transaction at the most. */
  readonly most: number;
  /** The stream whose file of the same run belongs to a unit; null where none does. */
  readonly beside: StreamName | null;
  /** A transaction has units of one organization only. */
  readonly isByOrg: boolean;
  /** Most files repeat the one before and are only noted: worth to be compared first. */
  readonly isRepetitive: boolean;
  /** Tables that only its files fill: emptied before all is merged again. */
  readonly tables: readonly string[];
  /** Merges units in one transaction: what becomes of each, in their order. */
  merge(warehouse: WarehouseFile, units: readonly MergeUnit[]): Promise<readonly MergedUnit[]>;
}
