import type { Limits } from "./limits.ts";

/** What one try ended with, as far as waiting is concerned. */
export interface Outcome {
  /** HTTP status; 0 where there was no usable reply at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** How often this request failed in this way before, this time included: 1, 2, ... */
  readonly attempt: number;
  /** For how long the server has said 429 and nothing else, in milliseconds. */
  readonly limitedMs: number;
}

const BASE_DELAY_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** The longest back-off where the server says when to come again: it is taken at its word, but not without end. */
const LONGEST_BACKOFF_ASKED_MS = 1000;
/** A number above this is a point in time and no span: Docker's specification had an epoch in `X-Retry-After` until 2025. */
const EPOCH_THRESHOLD = 1_000_000_000;
/** An epoch above this counts milliseconds. */
const EPOCH_MS_THRESHOLD = 1_000_000_000_000;

/**
 * How long to wait before the next try, in milliseconds, or null where there shall be none. A 429 is waited for until
 * `max_wait_seconds` have passed with no other answer, however many tries that takes: the longer of what the server asks
 * and a back-off, since it may ask for nothing.
 * `serverNowMs` is the server's clock (its Date header), so that a skewed clock on either side changes nothing.
 */
export function retryDelay(
  outcome: Outcome,
  limits: Limits,
  { serverNowMs, random }: { readonly serverNowMs: number; readonly random: () => number },
): number | null {
  const { status, attempt, limitedMs } = outcome;
  if (status === 429) {
    const left = limits.max_wait_seconds * 1000 - limitedMs;
    const asked = askedDelay(outcome.headers, serverNowMs);
    if (left <= 0 || (asked ?? 0) > limits.max_wait_seconds * 1000) return null;
    const longest = asked === null ? LONGEST_BACKOFF_MS : LONGEST_BACKOFF_ASKED_MS;
    // the last try comes when the time is over, not before
    const delay = Math.min(backoff(attempt, longest, random), left);
    return asked ? Math.max(asked + random() * 250, delay) : delay;
  }
  const transient = status === 0 || status === 408 || status === 425 || status >= 500;
  if (!transient || attempt >= limits.attempts) return null;
  const asked = askedDelay({ "retry-after": outcome.headers["retry-after"] }, serverNowMs);
  return Math.max(backoff(attempt, LONGEST_BACKOFF_MS, random), Math.min(asked ?? 0, LONGEST_BACKOFF_MS));
}

/** Exponential with full-range jitter: half fixed, half random. */
function backoff(attempt: number, longestMs: number, random: () => number): number {
  const span = Math.min(BASE_DELAY_MS * 2 ** (attempt - 1), longestMs);
  return span / 2 + (random() * span) / 2;
}

/**
 * What the server asks for, in every dialect seen: `Retry-After` in seconds or as a date (Docker's specification),
 * `X-Retry-After` as a unix time (the same until 2025), `X-RateLimit-Reset` as a unix time. What has passed is 0; null
 * where nothing readable is asked.
 */
export function askedDelay(headers: Outcome["headers"], serverNowMs: number): number | null {
  for (const name of ["retry-after", "x-retry-after", "x-ratelimit-reset"]) {
    const value = headers[name]?.trim();
    if (!value) continue;
    if (/^[+-]?\d+(\.\d+)?$/.test(value)) {
      const n = Number(value);
      if (n > EPOCH_THRESHOLD) return Math.max(0, (n > EPOCH_MS_THRESHOLD ? n : n * 1000) - serverNowMs);
      if (name !== "x-ratelimit-reset") return Math.max(0, n * 1000);
      continue;
    }
    const date = httpDate(value);
    if (date !== null) return Math.max(0, date - serverNowMs);
  }
  return null;
}

/**
 * A date of a header in milliseconds, or null. `Date.parse` alone takes "soon 5" for a day in May; the form without a zone
 * (RFC 9110 still has it) means UTC.
 */
export function httpDate(text: string | undefined): number | null {
  if (text === undefined || !/^((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? |\d{4}-\d\d-\d\dT)/i.test(text)) return null;
  const at = Date.parse(/ \d\d:\d\d:\d\d \d{4}$/.test(text) ? `${text} GMT` : text);
  return Number.isFinite(at) ? at : null;
}
