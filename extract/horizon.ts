import { probe, type TimedLog } from "./log-window.ts";
import { FLOOR_MS } from "./windows.ts";

const HOUR_MS = 3_600_000;
const BISECTIONS = 12;

/**
 * The oldest event that the source still returns, in milliseconds, or null where it returns none. How long Docker keeps
 * the log behind its API is not documented ("further than 30 days"), so it is asked anew each run, with one request while
 * nothing was forgotten: first at the oldest event known so far, then in growing steps after it.
 */
export async function findOldest(log: TimedLog, knownOldest: number, now: number): Promise<number | null> {
  const still = await probe(log, { from: FLOOR_MS, to: knownOldest + 1000 });
  if (still) return Math.min(still.oldest, knownOldest);
  let from = knownOldest + 1000;
  for (let step = HOUR_MS; from < now; step *= 4) {
    const to = Math.min(now, from + step);
    const found = await probe(log, { from, to });
    if (found) return narrow(log, from, found);
    from = to;
  }
  return null;
}

/**
 * `found` is the oldest on a first page; nothing lies before `from`. A page that looks whole may have been clamped, so one
 * more request asks for what came before it; where there is something, only halving tells.
 */
async function narrow(log: TimedLog, from: number, found: { oldest: number; exact: boolean }): Promise<number> {
  let [low, high, whole, clamped] = [from, found.oldest, found.exact, false];
  for (let n = 0; n < BISECTIONS && high - low > 1000; n++) {
    const to = whole ? high : Math.floor((low + high) / 2);
    const older = await probe(log, { from: low, to });
    if (whole && (!older || older.oldest >= high)) return high;
    clamped ||= whole;
    if (older) high = Math.min(older.oldest, to);
    else low = to;
    whole = (older?.exact ?? false) && !clamped;
  }
  return high;
}
