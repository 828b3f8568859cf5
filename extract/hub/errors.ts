/** The next step that a person can take; pipelines has the words. */
export type Hint =
  | "locked"
  | "sso"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "server"
  | "redirect"
  | "rate-limit"
  | "proxy"
  | "network"
  | "clock"
  | "range-ignored"
  | "split-limit"
  | "later";

/**
 * What can go wrong while a source is read: one class for each different reaction, and the class says which.
 * A message says what happened and at which method and URL; words for people are pipelines' business. No message ever
 * holds a secret, a token or an Authorization header (`Hub` redacts what a server echoes).
 */
export abstract class SourceError extends Error {
  /** Why a stream failed, for the exit code. */
  readonly failure: "refused" | "clock" | "other" = "other";
  /** What cannot go on: the part that was asked for (a window, a list), its whole stream, the connection, or the run. */
  readonly ends: "part" | "stream" | "connection" | "run" = "part";
  /** Where it is a stream's first answer, the stream is not there for this credential, rather than broken. */
  readonly isUnavailable: boolean = false;
  /** What the server answers is not to be believed: nothing more of the stream is kept. */
  readonly isDistrust: boolean = false;
  readonly hint: Hint | null = null;
}

export interface Where {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  /** The server's own message, shortened. */
  readonly detail?: string;
}

export class HubError extends SourceError {
  override readonly name: string = "HubError";
  override readonly hint: Hint | null = "later";
  readonly where: Where;
  constructor(what: string, where: Where, cause?: unknown) {
    const detail = where.detail ? `: ${where.detail}` : "";
    super(`${what} (${where.method} ${where.url})${detail}`, cause === undefined ? undefined : { cause });
    this.where = where;
  }
}

/** The login was refused, or a fresh token was: nothing that a retry could mend. */
export class UnauthorizedError extends HubError {
  override readonly name = "UnauthorizedError";
  override readonly failure = "refused";
  override readonly hint = "unauthorized";
}

/** Docker Hub locked the username after failed logins; correct logins fail too for some minutes. */
export class LockedError extends HubError {
  override readonly name = "LockedError";
  override readonly failure = "refused";
  override readonly hint = "locked";
}

/** The organization enforces single sign-on and the secret was a password. */
export class SsoEnforcedError extends HubError {
  override readonly name = "SsoEnforcedError";
  override readonly failure = "refused";
  override readonly hint = "sso";
}

/** 403 (or 402): a scope, a role or the plan is missing. */
export class ForbiddenError extends HubError {
  override readonly name = "ForbiddenError";
  override readonly failure = "refused";
  override readonly isUnavailable = true;
  override readonly hint = "forbidden";
}

/** 404: no such organization for this credential, or a wrong path. */
export class NotFoundError extends HubError {
  override readonly name = "NotFoundError";
  override readonly failure = "refused";
  override readonly isUnavailable = true;
  override readonly hint = "not-found";
}

/** Another 4xx: the request itself was not accepted (a window too wide, an offset too deep). */
export class RefusedError extends HubError {
  override readonly name = "RefusedError";
  override readonly isUnavailable = true;
}

/** A redirect: never followed, since it could carry the bearer elsewhere. */
export class RedirectError extends HubError {
  override readonly name = "RedirectError";
  override readonly hint = "redirect";
}

/** Still 429 after every wait, or a wait longer than the limit. */
export class RateLimitedError extends HubError {
  override readonly name = "RateLimitedError";
  override readonly hint = "rate-limit";
}

/** Still 5xx after every try. */
export class ServerError extends HubError {
  override readonly name = "ServerError";
  override readonly isUnavailable = true;
  override readonly hint = "server";
}

/** No usable reply: connection refused or reset, a timeout, a body that broke off or was no JSON, after every try. */
export class TransportError extends HubError {
  override readonly name = "TransportError";
  override readonly hint = "network";
}

/** A proxy between here and the server refused the way. */
export class ProxyRefusedError extends HubError {
  override readonly name = "ProxyRefusedError";
  override readonly hint = "proxy";
}

/** The run was asked to stop (SIGINT, SIGTERM). */
export class InterruptedError extends SourceError {
  override readonly name = "InterruptedError";
  override readonly ends = "run";
  constructor() {
    super("the run was interrupted");
  }
}

/** A body that is not what it should be; retried like a broken connection. */
export class BrokenBodyError extends Error {
  override readonly name = "BrokenBodyError";
}

const DETAIL_LENGTH = 200;

/**
 * The message of a refusing server, out of the many shapes Docker Hub uses: `message`, `detail`, `text`, `error`, the first
 * value in `errinfo` or `fields`, else the beginning of the body. `redact` sees the words before they are cut short, so that no
 * half of a secret is left.
 */
export function errorDetail(body: Uint8Array, redact: (text: string) => string = (text) => text): string {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 64 * 1024)).toString("utf8");
  const message = fromJson(text);
  return shorten(redact(message ?? redact(text).replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, " ")));
}

function fromJson(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  for (const key of ["message", "detail", "text", "error"]) {
    const value = fields[key];
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  for (const key of ["errinfo", "fields"]) {
    const inner = fields[key];
    if (typeof inner !== "object" || inner === null) continue;
    const first = Object.values(inner).flat()[0];
    if (typeof first === "string") return first;
  }
  return undefined;
}

function shorten(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not reach a terminal or a log
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ").trim();
  return line.length > DETAIL_LENGTH ? `${line.slice(0, DETAIL_LENGTH)}…` : line;
}
