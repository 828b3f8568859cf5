import { inspect } from "node:util";

const MASK = "[secret]";

/** A credential that shows itself to nobody but who asks for it by name: printing, inspecting or serializing gives `[secret]`. */
export class Secret {
  readonly #text: string | null;

  /** `null` stands for a secret that this command does not need and so never looked up. */
  constructor(text: string | null) {
    this.#text = text;
    Object.freeze(this);
  }

  /** False where this command did not need the secret, or a problem with it was reported. */
  isKnown(): boolean {
    return this.#text !== null;
  }

  /** The credential itself; hand it to the login and keep it nowhere else. */
  reveal(): string {
    if (this.#text === null)
      throw new Error("The secret was not looked up: this command was loaded without connections");
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Blanks what has the form of a Docker token or a bearer, so that a secret pasted under the wrong key is not shown either. */
export function withoutTokens(text: string): string {
  return text.replace(/(dckr_[a-z]+_|eyJ)[\w.-]*/g, MASK);
}
