/** What must not stand in any message: a server may echo what it was sent, and a proxy its password. */
export class Redaction {
  /** Gives the secret when it is needed; it is kept nowhere else. */
  readonly #secret: () => string;
  readonly #words: Set<string>;

  constructor(secret: () => string, words: readonly string[]) {
    this.#secret = secret;
    this.#words = new Set(words);
  }

  /** Every bearer that was ever given, to know it where a server echoes it. */
  add(word: string): void {
    this.#words.add(word);
  }

  text(text: string): string {
    const secret = this.#secret();
    let clean = text;
    for (const word of [secret, JSON.stringify(secret).slice(1, -1), ...this.#words]) {
      if (word.length >= 4) clean = clean.replaceAll(word, "[secret]");
    }
    return clean.replace(/\b(dckr_[a-z]+_|eyJ)[\w.-]{8,}/g, "[secret]");
  }

  /** A cause may quote the body (a parser's error does): only its name, code and redacted words are kept. */
  cause(cause: unknown): unknown {
    if (!(cause instanceof Error)) return undefined;
    const kept = new Error(this.text(cause.message), cause.cause ? { cause: this.cause(cause.cause) } : undefined);
    kept.name = cause.name;
    return "code" in cause ? Object.assign(kept, { code: cause.code }) : kept;
  }
}
