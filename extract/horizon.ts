import { type AuditLog, probe } from "./audit-events.ts";
import { FLOOR_MS } from "./windows.ts";

const HOUR_MS = 3_600_000;
const BISECTIONS = 12;

/**
 * The oldest event that the source still returns, in milliseconds, or null where it returns none. How long Docker keeps
 * the log behind its API is not documented ("further than 30 days"), so it is asked anew each run, with one request while
 * nothing was forgotten: first at the oldest event known so far, then in growing steps after it.
 */
export async function findOldest(log: AuditLog, knownOldest: number, now: number): Promise<number | null> {
  const still = await probe(log, { from: FLOOR_MS, to: knownOldest + 1000 });
  if (still) return Math.min(still.oldest, knownOldest);
  let from = knownOldest + 1000;
  for (let step = HOUR_MS; from < now; step *= 4) {
    const to = Math.min(now, from + step);
    const found = await probe(log, { from, to });
    if (found) return found.exact ? found.oldest : bisect(log, from, found.oldest);
    from = to;
  }
  return null;
}

/** `upTo` is an event's time; nothing lies before `from`. */
async function bisect(log: AuditLog, from: number, upTo: number): Promise<number> {
  let [low, high] = [from, upTo];
  for (let n = 0; n < BISECTIONS && high - low > 1000; n++) {
    const middle = Math.floor((low + high) / 2);
    const found = await probe(log, { from: low, to: middle });
    if (!found) low = middle;
    else if (found.exact) return found.oldest;
    else high = Math.min(found.oldest, middle);
  }
  return high;
}
