import type { Limits } from "./limits.ts";

/** What one try ended with, as far as waiting is concerned. */
export interface Outcome {
  /** HTTP status; 0 where there was no usable reply at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** How often this request failed in this way before, this time included: 1, 2, ... */
  readonly attempt: number;
}

const BASE_DELAY_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** A number above this is a point in time and no span: Docker's specification had an epoch in `X-Retry-After` until 2025. */
const EPOCH_THRESHOLD = 1_000_000_000;

/**
 * How long to wait before the next try, in milliseconds, or null where there shall be none.
 * `serverNowMs` is the server's clock (its Date header), so that a skewed clock on either side changes nothing.
 */
export function retryDelay(outcome: Outcome, limits: Limits, serverNowMs: number, random: () => number): number | null {
  const { status, attempt } = outcome;
  if (status === 429) {
    if (attempt > limits.rate_limit_attempts) return null;
    const asked = askedDelay(outcome.headers, serverNowMs);
    const delay = asked === null ? backoff(attempt, random) : asked + random() * 250;
    return delay > limits.max_wait_seconds * 1000 ? null : delay;
  }
  const transient = status === 0 || status === 408 || status === 425 || status >= 500;
  if (!transient || attempt >= limits.attempts) return null;
  const asked = askedDelay({ "retry-after": outcome.headers["retry-after"] }, serverNowMs);
  return Math.max(backoff(attempt, random), Math.min(asked ?? 0, LONGEST_BACKOFF_MS));
}

/** Exponential with full-range jitter: half fixed, half random. */
function backoff(attempt: number, random: () => number): number {
  const span = Math.min(BASE_DELAY_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  return span / 2 + (random() * span) / 2;
}

/**
 * What the server asks for, in every dialect seen: `Retry-After` in seconds or as a date (Docker's specification),
 * `X-Retry-After` as a unix time (the same until 2025), `X-RateLimit-Reset` as a unix time.
 */
export function askedDelay(headers: Outcome["headers"], serverNowMs: number): number | null {
  for (const name of ["retry-after", "x-retry-after", "x-ratelimit-reset"]) {
    const value = headers[name]?.trim();
    if (!value) continue;
    if (/^\d+(\.\d+)?$/.test(value)) {
      const n = Number(value);
      if (n > EPOCH_THRESHOLD) return Math.max(0, n * 1000 - serverNowMs);
      if (name !== "x-ratelimit-reset") return n * 1000;
      continue;
    }
    const date = Date.parse(value);
    if (Number.isFinite(date)) return Math.max(0, date - serverNowMs);
  }
  return null;
}
