import type { Organization } from "./organization.ts";
import { jsonReply, type Reply, refusal } from "./reply.ts";
import type { Session, TokenIssuer } from "./tokens.ts";

/** Refusals after which a name is locked, and for how long. Docker staff have named ten minutes in public; the count is ours. */
const refusalsAllowed = 5;
const lockedMs = 10 * 60_000;

/** Answers `POST /v2/auth/token` and remembers refusals by name. */
export class Login {
  readonly #organizations: Organization[];
  readonly #tokens: TokenIssuer;
  readonly #refused = new Map<string, { count: number; lastMs: number }>();

  constructor(organizations: Organization[], tokens: TokenIssuer) {
    this.#organizations = organizations;
    this.#tokens = tokens;
  }

  /** `body` is the request's text: JSON with `identifier` and `secret`. The token lives `seconds`. */
  answer(body: string, now: Date, seconds: number): Reply {
    const asked = parse(body);
    if (asked === undefined) return refusal(400, "identifier and secret are required", "bad request");
    const name = asked.identifier.toLowerCase();
    const past = this.#refused.get(name);
    if (past !== undefined && past.count >= refusalsAllowed && now.getTime() - past.lastMs < lockedMs) {
      return refusal(429, "too many failed login attempts for username or IP address");
    }
    const session = this.#session(asked.identifier, asked.secret);
    if (typeof session === "string") {
      const count = past !== undefined && now.getTime() - past.lastMs < lockedMs ? past.count : 0;
      this.#refused.set(name, { count: count + 1, lastMs: now.getTime() });
      return refusal(401, session, "Incorrect authentication credentials");
    }
    this.#refused.delete(name);
    return jsonReply(200, JSON.stringify({ access_token: this.#tokens.issue(session, now, seconds) }));
  }

  /** The session that these credentials open, or the reason for refusing them. */
  #session(identifier: string, secret: string): Session | string {
    const name = identifier.toLowerCase();
    const account = this.#organizations.find((one) => one.name.toLowerCase() === name);
    const token = account?.tokens.find((one) => one.secret === secret);
    if (account !== undefined && token !== undefined) {
      return { kind: "organization", organization: account.name, scopes: [...token.scopes] };
    }
    let reason = "incorrect username or password";
    for (const organization of this.#organizations) {
      const user = organization.users.find((one) => one.username.toLowerCase() === name);
      if (user === undefined) continue;
      if (user.personalTokens.includes(secret)) return { kind: "user", username: user.username, via: "personal-token" };
      if (user.password !== secret) continue;
      if (!this.#singleSignOn(name)) return { kind: "user", username: user.username, via: "password" };
      reason = "password login is disabled: your organization enforces single sign-on, use a personal access token";
    }
    return reason;
  }

  /** Docker's document: a password is not accepted where an organization of the user enforces single sign-on. */
  #singleSignOn(username: string): boolean {
    return this.#organizations.some(
      (one) => one.ssoEnforced && one.users.some((user) => user.username.toLowerCase() === username),
    );
  }
}

function parse(body: string): { identifier: string; secret: string } | undefined {
  try {
    const { identifier, secret } = JSON.parse(body) as Record<string, unknown>;
    return typeof identifier === "string" && typeof secret === "string" ? { identifier, secret } : undefined;
  } catch {
    return undefined;
  }
}
