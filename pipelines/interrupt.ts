import { InterruptedError } from "../extract/hub/errors.ts";
import { EXIT } from "./run/outcome.ts";

/** Which way the process was asked to stop, and the signal of it. A second request ends it at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  exitCode: number = EXIT.interrupted;
  constructor() {
    process.once("SIGINT", () => this.#stop(EXIT.interrupted));
    process.once("SIGTERM", () => this.#stop(EXIT.terminated));
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  #stop(code: number): void {
    this.exitCode = code;
    this.#controller.abort(new InterruptedError());
    const again = () => process.exit(code);
    process.once("SIGINT", again);
    process.once("SIGTERM", again);
  }
}
