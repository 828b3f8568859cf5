/** How many requests are under way at first. */
const AT_FIRST = 4;
/** A round that takes longer than so many times the one before is not as fast as it. */
const AS_FAST = 1.5;
/** Of the difference to a slower round, what is taken for the new usual: a server that stays so is slow, and not overtaxed. */
const GETS_USED = 0.25;

/**
 * How many requests of a connection may be under way at once. It grows with each round of replies that was as fast as the one
 * before: doubled at first, by one after the server refused a request with 429, which halves it. Told by events alone.
 */
export class Concurrency {
  readonly #most: number;
  #now: number;
  #isDoubling = true;
  #round = 0;
  #underWay = 0;
  #peak = 0;
  #times: number[] = [];
  #usual: number | null = null;

  constructor(most: number) {
    this.#most = most;
    this.#now = Math.min(AT_FIRST, most);
  }

  /** How many may be under way now. */
  get now(): number {
    return this.#now;
  }

  /** A request begins; gives the round that it is of. */
  begin(): number {
    this.#underWay++;
    this.#peak = Math.max(this.#peak, this.#underWay);
    return this.#round;
  }

  /** A request of that round ended: with a reply that took so long, or null where it says nothing of the server's speed. */
  end(round: number, ms: number | null): void {
    this.#underWay--;
    if (ms === null || round !== this.#round) return;
    this.#times.push(ms);
    this.#judge();
  }

  /** The server refused a request of that round with 429. Those sent before it was heard of count no second time. */
  refuse(round: number): void {
    if (round !== this.#round) return;
    this.#isDoubling = false;
    this.#start(Math.max(1, this.#now >> 1));
  }

  /** A round is over once so many were under way as may be, and half as many were answered; the last of them tell. */
  #judge(): void {
    const enough = Math.ceil(this.#now / 2);
    if (this.#peak < this.#now || this.#times.length < enough) return;
    const median = this.#times.slice(-enough).sort((a, b) => a - b)[enough >> 1]!;
    const usual = this.#usual ?? median;
    const isAsFast = median <= usual * AS_FAST;
    this.#usual = isAsFast ? median : usual + (median - usual) * GETS_USED;
    const more = this.#isDoubling ? this.#now * 2 : this.#now + 1;
    this.#start(isAsFast ? Math.min(this.#most, more) : this.#now);
  }

  #start(now: number): void {
    this.#now = now;
    this.#round++;
    this.#times = [];
    this.#peak = this.#underWay;
  }
}
