import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError } from "./errors.ts";
import type { Limits } from "./limits.ts";

/** A wait that is worth telling. */
export type OnWait = (reason: string, delay_ms: number) => void;

/** Requests of one connection, all workers together, that may follow one another while the server says 429. */
const LIMITED_SPACING_MS = 50;

/** The server reads whole milliseconds, and so do we: what is sent so long after a budget is new comes at its time. */
const MARGIN_MS = 2;

/** What a reply tells. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly serverNowMs: number;
}

/** What the server said was left of its rate limit. */
interface Budget {
  readonly remaining: number;
  /** When it is new, as the server said it; NaN where only a reply will tell. */
  readonly reset: number;
  /** `performance.now()` when it is new; Infinity where only a reply will tell. */
  readonly until: number;
  /** The request whose reply said so. */
  readonly from: number;
}

/** When the next request of a connection may go: one pace for all its workers. */
export class Pace {
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #onWait: OnWait;
  #pausedUntil = 0;
  #nextSlot = 0;
  #limitedSince: number | null = null;
  #budget: Budget | null = null;
  /** How large the last budget was, as far as is known. */
  #whole = 1;
  #sent = 0;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: Limits, signal: AbortSignal | undefined, onWait: OnWait) {
    this.#limits = limits;
    this.#signal = signal;
    this.#onWait = onWait;
    // every request that waits listens to it, and Node takes more than ten for a leak
    if (signal) setMaxListeners(0, signal);
  }

  /**
   * Waits for the way to be free and takes a place on it, in the very same turn, so that no two workers take the last one.
   * Gives the request's number.
   */
  async enter(): Promise<number> {
    let number = 0;
    await this.free(() => {
      this.#inFlight++;
      number = ++this.#sent;
      if (this.#limitedSince !== null) this.#nextSlot = performance.now() + LIMITED_SPACING_MS;
    });
    return number;
  }

  leave(): void {
    this.#inFlight--;
    this.#wake();
  }

  /** Waits while the rate limit is used up or the server asked every worker to pause. */
  async free(enter?: () => void): Promise<void> {
    for (;;) {
      if (this.#signal?.aborted) throw new InterruptedError();
      const now = performance.now();
      if (this.#budget !== null && this.#budget.until <= now) this.#renew();
      const budget = this.#budget;
      const isSpent = budget !== null && budget.remaining - this.#inFlight <= 0;
      // what is under way may have been counted already, or not: its reply tells
      const mustHear = isSpent && budget.remaining > 0 && this.#inFlight > 0;
      const until = Math.max(this.#pausedUntil, this.#nextSlot, isSpent && !mustHear ? budget.until : 0);
      if (until <= now && !mustHear) {
        enter?.();
        return;
      }
      if (until <= now) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      const delay = Math.min(until - now, this.#limits.max_wait_seconds * 1000);
      if (delay > 1000) this.#onWait("rate limit", delay);
      await this.#sleep(delay);
      if (isSpent && !mustHear && this.#budget === budget) this.#renew();
    }
  }

  /** A new budget is as large as the old one was, until a reply tells more. */
  #renew(): void {
    this.#budget = { remaining: this.#whole, reset: Number.NaN, until: Number.POSITIVE_INFINITY, from: this.#sent };
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  /**
   * Learns from the reply to request number `from` whether the server limits us, and what is left (`X-RateLimit-*`, Docker's
   * OpenAPI document). Replies may come in another order than the server counted in: of one budget, the least that was told holds.
   */
  learn(from: number, { status, headers, serverNowMs }: Told): void {
    this.#limitedSince = status === 429 ? (this.#limitedSince ?? performance.now()) : null;
    const told = Number.parseInt(headers["x-ratelimit-remaining"] ?? "", 10);
    const reset = Number.parseInt(headers["x-ratelimit-reset"] ?? "", 10);
    if (!Number.isFinite(told) || !Number.isFinite(reset)) return;
    const old = this.#budget;
    const isSame = old !== null && old.reset === reset;
    if (old !== null && !isSame && from < old.from) return;
    this.#whole = Math.max(told + 1, isSame ? this.#whole : 0);
    const until = performance.now() + (reset * 1000 - serverNowMs) + MARGIN_MS;
    const remaining = isSame ? Math.min(old.remaining, told) : told;
    this.#budget = { remaining, reset, until, from: Math.max(from, old?.from ?? 0) };
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
