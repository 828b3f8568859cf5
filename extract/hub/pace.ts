import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError } from "./errors.ts";
import type { Limits } from "./limits.ts";

/** A wait that is worth reporting. */
export type OnWait = (reason: string, delay_ms: number) => void;

/** Requests of one connection, all workers together, that may follow one another while the server says 429. */
const LIMITED_SPACING_MS = 50;

/** When the next request of a connection may go: one pace for all its workers. */
export class Pace {
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #onWait: OnWait;
  #pausedUntil = 0;
  #nextSlot = 0;
  #limitedSince: number | null = null;
  #budget: { remaining: number; until: number } | null = null;
  #inFlight = 0;

  constructor(limits: Limits, signal: AbortSignal | undefined, onWait: OnWait) {
    this.#limits = limits;
    this.#signal = signal;
    this.#onWait = onWait;
  }

  /** Waits for the way to be free and takes a place on it, in the very same turn, so that no two workers take the last one. */
  async enter(): Promise<void> {
    await this.free(() => {
      this.#inFlight++;
      if (this.#limitedSince !== null) this.#nextSlot = performance.now() + LIMITED_SPACING_MS;
    });
  }

  leave(): void {
    this.#inFlight--;
  }

  /** Waits while the rate limit is used up or the server asked every worker to pause. */
  async free(enter?: () => void): Promise<void> {
    for (;;) {
      const now = performance.now();
      const spent = this.#budget && this.#budget.until > now && this.#budget.remaining - this.#inFlight <= 0;
      const until = Math.max(this.#pausedUntil, this.#nextSlot, spent && this.#budget ? this.#budget.until : 0);
      if (until <= now) {
        enter?.();
        return;
      }
      if (spent && this.#inFlight > 0 && this.#budget && this.#budget.remaining > 0) {
        await this.#sleep(20);
        continue;
      }
      const delay = Math.min(until - now, this.#limits.max_wait_seconds * 1000);
      if (delay > 1000) this.#onWait("rate limit", delay);
      await this.#sleep(delay);
      if (spent) this.#budget = null;
    }
  }

  /** Learns from a reply whether the server limits us, and what is left (`X-RateLimit-*`, Docker's OpenAPI document). */
  learn(status: number, headers: Readonly<Record<string, string | undefined>>, serverNowMs: number): void {
    this.#limitedSince = status === 429 ? (this.#limitedSince ?? performance.now()) : null;
    const remaining = Number.parseInt(headers["x-ratelimit-remaining"] ?? "", 10);
    const reset = Number.parseInt(headers["x-ratelimit-reset"] ?? "", 10);
    if (!Number.isFinite(remaining) || !Number.isFinite(reset)) return;
    this.#budget = { remaining, until: performance.now() + (reset * 1000 - serverNowMs) };
  }

  /** For how long the server has answered 429 and nothing else, whichever worker asked. */
  get limitedMs(): number {
    return this.#limitedSince === null ? 0 : performance.now() - this.#limitedSince;
  }

  /** Waits before another try; after a 429 `everybody` waits. */
  async pause(reason: string, delay_ms: number, everybody: boolean): Promise<void> {
    if (everybody) this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + delay_ms);
    this.#onWait(reason, delay_ms);
    await this.#sleep(delay_ms);
  }

  async #sleep(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, this.#signal ? { signal: this.#signal } : {});
    } catch {
      throw new InterruptedError();
    }
  }
}
