import { parseJson } from "./body.ts";
import { BrokenBodyError } from "./errors.ts";

/** A bearer and how long it may still be used, on this machine's monotonic clock. */
export interface Token {
  readonly value: string;
  /** `performance.now()` from which on a new one is fetched; Infinity where the token does not say. */
  readonly renewAt: number;
}

const MARGIN_MS = 30_000;

/**
 * How long a JWT lives, in milliseconds, by its own `exp` and `iat` (or the server's clock where `iat` is missing), or
 * null where it does not say. Docker documents ten minutes for `/v2/auth/token`; no lifetime is assumed here.
 * The signature is not checked: the token is the server's business, only its age is ours.
 */
export function lifetimeMs(jwt: string, serverNowMs: number): number | null {
  const claims = claimsOf(jwt);
  if (typeof claims?.exp !== "number") return null;
  const from = typeof claims.iat === "number" ? claims.iat * 1000 : serverNowMs;
  const life = claims.exp * 1000 - from;
  return life > 0 ? life : null;
}

/** Wraps a bearer that was received at `receivedAt` (performance.now()): renewed half a minute before its end, or after four fifths of a short life. */
export function tokenFrom(jwt: string, serverNowMs: number, receivedAt: number): Token {
  const life = lifetimeMs(jwt, serverNowMs);
  return {
    value: jwt,
    renewAt: life === null ? Number.POSITIVE_INFINITY : receivedAt + Math.max(life - MARGIN_MS, life * 0.8),
  };
}

function claimsOf(jwt: string): { exp?: unknown; iat?: unknown } | null {
  const middle = jwt.split(".")[1];
  if (!middle) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(middle, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? claims : null;
  } catch {
    return null;
  }
}

/** The bearer in a login's reply. */
export function parseToken(body: Buffer): string {
  const reply = parseJson(body);
  const token =
    typeof reply === "object" && reply !== null ? (reply as { access_token?: unknown }).access_token : undefined;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
    throw new BrokenBodyError("the login's reply holds no access_token");
  }
  return token;
}
