import { createHmac, randomBytes } from "node:crypto";

/** Who a bearer token stands for: an organization's token with its scopes, or a person. */
export type Session =
  | { kind: "organization"; organization: string; scopes: string[] }
  | { kind: "user"; username: string; via: "password" | "personal-token" };

/**
 * Issues and checks access tokens: JSON Web Tokens signed with a key of this hub, with `iat` and `exp` in seconds. Docker's
 * document says they live ten minutes and names no refresh token.
 */
export class TokenIssuer {
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, { session: Session; expiresMs: number }>();
  #issued = 0;

  /** A new token for `session` that lives `seconds` from `now` on. */
  issue(session: Session, now: Date, seconds: number): string {
    const iat = Math.floor(now.getTime() / 1000);
    this.#issued += 1;
    const claims = {
      iss: "https://hub.docker.com/",
      sub: subject(session),
      iat,
      exp: iat + seconds,
      jti: `${this.#issued}`,
    };
    const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
    const token = `${content}.${this.#sign(content)}`;
    this.#known.set(token, { session, expiresMs: claims.exp * 1000 });
    return token;
  }

  /** The session behind an Authorization header; undefined for a missing, foreign, altered, revoked or expired token. */
  check(header: string | undefined, now: Date): Session | undefined {
    const token = header?.startsWith("Bearer ") === true ? header.slice("Bearer ".length) : "";
    const known = this.#known.get(token);
    return known !== undefined && now.getTime() < known.expiresMs ? known.session : undefined;
  }

  /** Forgets every token issued until now. */
  revokeAll(): void {
    this.#known.clear();
  }

  #sign(content: string): string {
    return createHmac("sha256", this.#key).update(content).digest("base64url");
  }
}

function subject(session: Session): string {
  return session.kind === "organization" ? session.organization : session.username;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
