import type { HubError } from "./errors.ts";
import type { Token } from "./token.ts";

/** One login for all who ask with it, whatever the origin: concurrent callers share it, and a refused one is never tried again. */
export class Bearer {
  readonly #fetch: () => Promise<Token>;
  #token: Token | null = null;
  #login: Promise<Token> | null = null;
  #refused: HubError | null = null;

  constructor(fetch: () => Promise<Token>) {
    this.#fetch = fetch;
  }

  /** A token that is valid now. */
  async token(): Promise<Token> {
    if (this.#token && performance.now() < this.#token.renewAt) return this.#token;
    if (this.#refused) throw this.#refused;
    this.#login ??= this.#renew().finally(() => {
      this.#login = null;
    });
    return this.#login;
  }

  async #renew(): Promise<Token> {
    this.#token = await this.#fetch();
    return this.#token;
  }

  /** A token that a server did not accept is asked for no more. */
  forget(token: Token): void {
    if (this.#token === token) this.#token = null;
  }

  /** The login was refused, and another try would be, too. */
  refuse(why: HubError): void {
    this.#refused = why;
  }
}
