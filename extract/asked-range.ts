import { SourceError } from "./hub/errors.ts";
import type { Page } from "./page.ts";
import type { PageRows } from "./raw/parquet.ts";
import { timestampOf } from "./timestamp.ts";
import { FLOOR_MS, type Window } from "./windows.ts";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** A server that ignores `from` and `to`: nothing that it answers tells what lies between them. */
export class RangeIgnoredError extends SourceError {
  override readonly name = "RangeIgnoredError";
  override readonly ends = "stream";
  override readonly isDistrust = true;
  override readonly hint = "range-ignored";
  constructor(asked: Window, got: Window, records: number) {
    super(
      `the audit log was asked for ${iso(asked.from)} to ${iso(asked.to)} and answered with ${records} events from ${iso(got.from)} to ${iso(got.to)}, none of them in that range: ` +
        "the server, or what stands before it, ignores from and to",
    );
  }
}

/**
 * Refuses a page whose events all lie outside the range that was asked for. A second on either side is allowed, since times
 * may be rounded; a timestamp that cannot be read, or that no event can have, says nothing; one event inside is enough.
 * @throws RangeIgnoredError
 */
export function refuseForeignPage(page: Page, asked: Window): void {
  const got = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  for (let i = 0; i < page.starts.length; i++) {
    const at = timestampOf(page, i);
    const place = placeOf(at, asked);
    if (place === "inside") return;
    if (place === "nowhere") continue;
    got.from = Math.min(got.from, at);
    got.to = Math.max(got.to, at);
  }
  if (got.from <= got.to) throw new RangeIgnoredError(asked, got, page.starts.length);
}

/** Whether a window that was read holds an event of another time, the second of overlap before it aside. */
export function holdsForeign({ window, pages }: { window: Window; pages: readonly PageRows[] }): boolean {
  const asked = { from: window.from - SECOND_MS, to: window.to };
  return pages.some(({ page }) => page.starts.some((_, i) => placeOf(timestampOf(page, i), asked) === "outside"));
}

function placeOf(at: number, asked: Window): "inside" | "outside" | "nowhere" {
  if (at >= asked.from - SECOND_MS && at <= asked.to + SECOND_MS) return "inside";
  return at >= FLOOR_MS && at <= Math.max(Date.now(), asked.to) + DAY_MS ? "outside" : "nowhere";
}

/** Windows were split again and again, and none could be read to its end. */
export class SplitLimitError extends SourceError {
  override readonly name = "SplitLimitError";
  override readonly ends = "stream";
  override readonly hint = "split-limit";
  constructor(window: Window, splits: number) {
    super(
      `windows of the audit log were split ${splits} times in a row and none could be read to its end (limits.window_splits), the last from ${iso(window.from)} to ${iso(window.to)}: ` +
        "the server may ignore from and to",
    );
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
