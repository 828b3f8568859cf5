import { InterruptedError } from "./errors.ts";

/** Ends a request, and says why. */
export type End = (why: Error) => void;

/** Ends requests that take too long, and all of them when the run is stopped: one listener for a whole connection. */
export class Deadlines {
  readonly #ms: number;
  readonly #outer: AbortSignal | undefined;
  readonly #open = new Set<End>();
  readonly #stop = () => {
    for (const end of [...this.#open]) end(new InterruptedError());
  };

  constructor(ms: number, outer: AbortSignal | undefined) {
    this.#ms = ms;
    this.#outer = outer;
    outer?.addEventListener("abort", this.#stop);
  }

  /** The time of a request runs from now until what is returned is called. */
  start(end: End): () => void {
    const late = () => end(new Error(`the reply took longer than ${this.#ms / 1000} s`));
    const timer = setTimeout(late, this.#ms);
    this.#open.add(end);
    return () => {
      clearTimeout(timer);
      this.#open.delete(end);
    };
  }

  close(): void {
    this.#outer?.removeEventListener("abort", this.#stop);
  }
}
