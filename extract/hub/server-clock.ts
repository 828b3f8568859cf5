import { SourceError } from "./errors.ts";
import { httpDate } from "./retry.ts";

/** Clocks that differ by less are called equal: a Date header has whole seconds and travels. */
export const CLOCK_TOLERANCE_MS = 30_000;
/** Of clocks that differ by more, one is wrong, and nobody can say which. */
export const CLOCKS_APART_MS = 86_400_000;
/** Replies whose Date counts: enough to outvote a wrong one, few enough to follow a clock that was set. */
const RECENT = 31;
/** Votes that are kept to tell the time within a second. */
const KEPT = 256;

/** The server's clock and ours are more than a day apart: nothing may be dated by either. */
export class ClockError extends SourceError {
  override readonly name = "ClockError";
  override readonly failure = "clock";
  override readonly ends = "connection";
  override readonly isDistrust = true;
  override readonly hint = "clock";
  constructor(server: Date, ours: Date) {
    super(
      `the server's clock says ${server.toISOString()} and this machine's says ${ours.toISOString()}: they are more than a day apart, so nothing of this connection is merged`,
    );
  }
}

/** What the replies of one connection tell of the server's clock: the median of their Date headers, so that a wrong one is outvoted. */
export class ServerClock {
  readonly #ours: () => number;
  readonly #offsets: number[] = [];

  constructor(ours: () => number) {
    this.#ours = ours;
  }

  /** Takes the vote of a reply; one without a Date, or with one that cannot be read, has none. */
  learn(headers: Readonly<Record<string, string | undefined>>): void {
    const date = httpDate(headers.date);
    if (date === null) return;
    this.#offsets.push(date - this.#ours());
    if (this.#offsets.length > KEPT) this.#offsets.shift();
  }

  /** The server's time in milliseconds, as a reply says itself, or else by the votes so far. */
  at(headers: Readonly<Record<string, string | undefined>> = {}): number {
    return httpDate(headers.date) ?? this.#ours() + this.offsetMs;
  }

  /**
   * The server's time when this reply came, within the second that its Date names: a Date is cut to whole seconds, so of all
   * votes that agree with it the one furthest ahead was sent soonest after a second began. It is never ahead of the server's.
   */
  exactAt(headers: Readonly<Record<string, string | undefined>>): number {
    const date = httpDate(headers.date);
    if (date === null) return this.at();
    const ours = this.#ours();
    const own = date - ours;
    return ours + this.#offsets.reduce((most, vote) => (vote > most && vote < own + 1000 ? vote : most), own);
  }

  /** How far the server's clock is ahead of ours: the median of the votes, of two middle ones that nearer to ours; 0 without a vote. */
  get offsetMs(): number {
    const sorted = this.#offsets.slice(-RECENT).toSorted((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
    return Math.abs(low) <= Math.abs(high) ? low : high;
  }

  /** Whether the server's clock differs from ours and too few replies agree to outvote a wrong one. */
  get isInDoubt(): boolean {
    return !this.isEqual && this.#offsets.length < 3;
  }

  /** Whether any reply had the server's time. */
  get isKnown(): boolean {
    return this.#offsets.length > 0;
  }

  /** Whether the two clocks are the same as far as is known. */
  get isEqual(): boolean {
    return Math.abs(this.offsetMs) <= CLOCK_TOLERANCE_MS;
  }

  /** The time by the server's clock where it differs from ours by more than half a minute, else ours. */
  now(): Date {
    const ours = this.#ours();
    if (this.isEqual) return new Date(ours);
    // a Date header has whole seconds, so more would be made up
    return new Date(Math.floor((ours + this.offsetMs) / 1000) * 1000);
  }

  /** @throws ClockError where the clocks are more than a day apart */
  mustAgree(): void {
    if (Math.abs(this.offsetMs) <= CLOCKS_APART_MS) return;
    const ours = this.#ours();
    throw new ClockError(new Date(Math.floor((ours + this.offsetMs) / 1000) * 1000), new Date(ours));
  }
}
