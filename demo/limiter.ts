/** What Docker's document sends with every successful reply: a limit per minute, what is left of it, and when it resets (unix seconds). */
export type Allowance = {
  allowed: boolean;
  limit: number;
  remaining: number;
  resetSeconds: number;
  retryAfterSeconds: number;
};

/** The limit that is announced where none is enforced. Docker publishes no number. */
const announced = 100_000;
const windowMs = 60_000;

/** Counts requests in minutes that begin with the first request after the last minute. */
export class Limiter {
  readonly #perMinute: number | undefined;
  #startMs = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(perMinute: number | undefined) {
    this.#perMinute = perMinute;
  }

  /** Takes one request out of the present minute. */
  take(nowMs: number): Allowance {
    if (nowMs >= this.#startMs + windowMs || nowMs < this.#startMs) {
      this.#startMs = nowMs;
      this.#used = 0;
    }
    const limit = this.#perMinute ?? announced;
    const allowed = this.#perMinute === undefined || this.#used < limit;
    if (allowed) this.#used += 1;
    const resetMs = this.#startMs + windowMs;
    return {
      allowed,
      limit,
      remaining: Math.max(0, limit - this.#used),
      resetSeconds: Math.ceil(resetMs / 1000),
      retryAfterSeconds: Math.max(1, Math.ceil((resetMs - nowMs) / 1000)),
    };
  }
}
