import {
  errorDetail,
  ForbiddenError,
  type HubError,
  LockedError,
  NotFoundError,
  RateLimitedError,
  RedirectError,
  RefusedError,
  ServerError,
  SsoEnforcedError,
  TransportError,
  UnauthorizedError,
  type Where,
} from "./errors.ts";
import type { Redaction } from "./redaction.ts";

/** A reply that came whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Another try may fare better, whatever was asked. */
const isPassing = (status: number) => status === 429 || status === 408 || status === 425;

/** An error for a reply that no second try would change, or null. */
export function refusalOf(reply: Reply, at: Where, redaction: Redaction): HubError | null {
  const { status } = reply;
  const where = { ...at, status, detail: detailOf(reply, redaction) };
  if (at.method === "POST" && status >= 400 && status < 500) return loginRefusal(status, where);
  if (status >= 300 && status < 400)
    return new RedirectError(redaction.text(`redirected to ${originOf(reply.headers.location, at.url)}`), where);
  if (status === 401) return new UnauthorizedError("not authorized", where);
  if (status === 402 || status === 403) return new ForbiddenError("forbidden", where);
  if (status === 404) return new NotFoundError("not found", where);
  if (status < 200) return new RefusedError(`unexpected HTTP ${status}`, where);
  if (status >= 400 && status < 500 && !isPassing(status))
    return new RefusedError(`refused with HTTP ${status}`, where);
  return null;
}

function loginRefusal(status: number, where: Where & { detail: string }): HubError | null {
  const detail = where.detail.toLowerCase();
  if (detail.includes("too many failed login")) return new LockedError("Docker Hub has locked the username", where);
  if (/\bsso\b|single sign-on/.test(detail)) return new SsoEnforcedError("login refused", where);
  if (isPassing(status)) return null;
  if (status === 404) return new NotFoundError("the login endpoint was not found", where);
  return new UnauthorizedError("login refused", where);
}

/** What the last try of a request came to. */
export interface LastTry {
  readonly where: Where;
  readonly reply: Reply | null;
  /** Why there was no usable reply. */
  readonly trouble: unknown;
  readonly attempt: number;
}

/** The error of a request that was tried often enough. */
export function gaveUp({ where: at, reply, trouble, attempt }: LastTry, redaction: Redaction): HubError {
  const tries = attempt === 1 ? "" : ` after ${attempt} tries`;
  if (trouble !== null || reply === null) {
    const why = trouble instanceof Error ? redaction.text(causeText(trouble)) : "no reply";
    return new TransportError(`no usable reply${tries}`, { ...at, detail: why }, redaction.cause(trouble));
  }
  const where = { ...at, status: reply.status, detail: detailOf(reply, redaction) };
  if (reply.status === 429) return new RateLimitedError(`still rate-limited${tries}`, where);
  return new ServerError(`HTTP ${reply.status}${tries}`, where);
}

function detailOf(reply: Reply, redaction: Redaction): string {
  return errorDetail(reply.body, (text) => redaction.text(text));
}

function originOf(location: string | undefined, base: string): string {
  try {
    return new URL(location ?? "", base).origin;
  } catch {
    return "an unreadable address";
  }
}

function causeText(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : null;
  return cause && !error.message.includes(cause.message)
    ? `${error.message}: ${cause.message}`
    : error.message || error.name;
}
