import type { WarehouseFile } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";
import { BrokenRawFileError, type RawFileInfo } from "./raw-files.ts";

/** A clock may be a day off; the minute is for what a run takes until it asks. */
const MOST_AHEAD_MS = 86_400_000 + 60_000;

/**
 * A raw file that was dated by a wrong clock; merged, it would hold up all that is read until then. `isAhead` where only
 * this machine's present clock speaks against it: a run that wrote it may have been right.
 */
export class MisdatedRawFileError extends BrokenRawFileError {
  readonly isAhead: boolean;
  constructor(file: string, at: Date, { clock, isAhead }: { clock: Date; isAhead: boolean }) {
    super(file, null);
    const what = isAhead ? "which is now" : "when it was written";
    this.message = `the raw file ${file} is dated ${at.toISOString()}, more than a day ahead of ${clock.toISOString()}, ${what}: it is not merged`;
    this.isAhead = isAhead;
  }
}

/** Why a raw file may not be merged for its date: more than a day ahead of the run that wrote it, or of now; null where it may. */
export function misdated({ name, run_id, read_at, window_to }: RawFileInfo, now: Date): MisdatedRawFileError | null {
  const at = new Date(Math.max(read_at.getTime(), window_to.getTime()));
  const begun = beginOf(run_id);
  if (begun !== null && at.getTime() > begun.getTime() + MOST_AHEAD_MS)
    return new MisdatedRawFileError(name, at, { clock: begun, isAhead: false });
  if (at.getTime() > now.getTime() + MOST_AHEAD_MS)
    return new MisdatedRawFileError(name, at, { clock: now, isAhead: true });
  return null;
}

/** When a run began by this machine's clock, as its id says (`20261123T141432123Z-9f2c1a`). */
export function beginOf(runId: string): Date | null {
  const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(runId);
  if (form === null) return null;
  const [year = 0, month = 0, ...rest] = form.slice(1).map(Number);
  const [day, hour, minute, second, ms] = rest;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
}

/** The merged raw files that must not have been: an earlier version dated them by whatever clock the server had. */
export async function mergedMisdated({ db }: WarehouseFile, now: Date): Promise<string[]> {
  const values = { most_ahead_ms: MOST_AHEAD_MS, now };
  const { rows } = await statement<{ name: string }>("merge/misdated_files", values).execute(db);
  return rows.map(({ name }) => name);
}
