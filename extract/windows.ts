/** Arithmetic of time windows: half-open `[from, to)`, milliseconds since the epoch. Pure; nothing here knows a server. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;
/** The first piece of a long stretch, newest first; each further one is twice as long. */
const FIRST_PIECE_MS = 7 * DAY_MS;
/** No audit event can be older: before Docker Hub existed. Docker's own page of 2021 named 2021-01-25 as the log's begin. */
export const FLOOR_MS = Date.UTC(2013, 0, 1);

/** Windows sorted, touching and overlapping ones joined, empty ones dropped. */
export function union(windows: readonly Window[]): Window[] {
  const joined: Window[] = [];
  for (const window of [...windows].sort((a, b) => a.from - b.from)) {
    if (window.to <= window.from) continue;
    const last = joined.at(-1);
    if (last && window.from <= last.to)
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
    else joined.push({ from: window.from, to: window.to });
  }
  return joined;
}

/** What of `windows` is in none of `taken`. */
export function subtract(windows: readonly Window[], taken: readonly Window[]): Window[] {
  const holes = union(taken);
  const rest: Window[] = [];
  for (const window of union(windows)) {
    let { from } = window;
    for (const hole of holes) {
      if (hole.to <= from || hole.from >= window.to) continue;
      if (hole.from > from) rest.push({ from, to: hole.from });
      from = Math.max(from, hole.to);
    }
    if (from < window.to) rest.push({ from, to: window.to });
  }
  return rest;
}

/**
 * What a run reads: all that was never read up to `now`, and before each such stretch the look-back again, for events that
 * reached the log late. Usually there is one stretch, from the watermark on; a run that was killed may have left more, and
 * each keeps its look-back. A look-back never moves the watermark back.
 */
export function planWindows(covered: readonly Window[], now: number, lookbackMs: number): Window[] {
  const missing = subtract([{ from: FLOOR_MS, to: now }], covered);
  const watermark = Math.min(now, Math.max(FLOOR_MS, ...covered.map((window) => window.to)));
  const seams = covered.length === 0 ? [] : [watermark, ...missing.map((window) => window.from)];
  const again = seams.map((seam) => ({ from: Math.max(FLOOR_MS, seam - lookbackMs), to: seam }));
  return union([...missing, ...again])
    .flatMap(pieces)
    .sort((a, b) => b.to - a.to);
}

/**
 * A long stretch in pieces that double towards the past, newest first: empty years cost a handful of requests, and the
 * recent days, which are the densest, can be read side by side.
 */
export function pieces(window: Window): Window[] {
  const cut: Window[] = [];
  let { to } = window;
  for (let span = FIRST_PIECE_MS; to > window.from; span *= 2) {
    const from = to - span * 1.5 <= window.from ? window.from : to - span;
    cut.push({ from, to });
    to = from;
  }
  return cut;
}

/**
 * What is left of a window after the records of `read` were read: pieces sized so that each holds about `perPiece`
 * records if the density seen so far goes on; the last of them double, in case it does not.
 */
export function remainder(
  window: Window,
  read: Window,
  seen: { readonly records: number; readonly perPiece: number },
): Window[] {
  const left = window.from < read.from ? { from: window.from, to: read.from } : { from: read.to, to: window.to };
  const perMs = seen.records / Math.max(1, read.to - read.from);
  let span = Math.max(SECOND_MS, Math.floor(seen.perPiece / perMs / SECOND_MS) * SECOND_MS);
  const cut: Window[] = [];
  let { to } = left;
  for (let n = 1; to > left.from; n++) {
    const from = to - span * 1.5 <= left.from ? left.from : wholeSecond(to - span);
    cut.push({ from, to });
    to = from;
    if (n >= 4) span *= 2;
  }
  return cut;
}

/** Two halves, or null where a window of a second or less cannot be halved. */
export function halves(window: Window): [Window, Window] | null {
  const middle = wholeSecond((window.from + window.to) / 2);
  if (middle <= window.from || middle >= window.to) return null;
  return [
    { from: window.from, to: middle },
    { from: middle, to: window.to },
  ];
}

export function wholeSecond(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}
