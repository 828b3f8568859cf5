import { InterruptedError } from "./errors.ts";

/** Ends a request when it takes too long or the run is stopped. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #stop = () => this.#controller.abort(new InterruptedError());
  constructor(ms: number, outer: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`the reply took longer than ${ms / 1000} s`)), ms);
    this.#outer = outer;
    if (outer?.aborted) this.#stop();
    outer?.addEventListener("abort", this.#stop, { once: true });
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#stop);
  }
}
