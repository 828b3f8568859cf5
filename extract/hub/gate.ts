interface Waiting {
  readonly rank: number;
  readonly go: () => void;
}

/** Lets so many in at once; of those that wait the lowest rank first, and of one rank who came first. */
export class Gate {
  #most: number;
  #inside = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** How many may be inside; those that are already stay. */
  set most(most: number) {
    this.#most = most;
    this.#admit();
  }

  /** Whether one who comes now need not wait. */
  get hasRoom(): boolean {
    return this.#inside < this.#most;
  }

  async run<T>(rank: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      const after = this.#waiting.findLastIndex((one) => one.rank <= rank);
      this.#waiting.splice(after + 1, 0, { rank, go });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#inside--;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#inside < this.#most && this.#waiting.length > 0) {
      this.#inside++;
      this.#waiting.shift()!.go();
    }
  }
}
