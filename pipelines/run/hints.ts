import { type Hint, SourceError } from "../../extract/hub/errors.ts";
import type { Stream } from "../../extract/stream.ts";
import { STREAMS } from "../../extract/streams.ts";
import type { Connection } from "../config/connections.ts";

/** What happened, where, and what to do next, in words for a person. Holds no secret. `stream` is null at the login. */
export function withNextStep(error: unknown, connection: Connection, stream: Stream | null): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof SourceError ? error.hint : null;
  if (hint === null) return message;
  if (stream?.isOptional && (hint === "forbidden" || hint === "not-found")) return `${message}. ${neededFor(stream)}`;
  return `${message}. ${HINTS[hint](connection, stream?.needs.plan ? stream : null)}`;
}

/** What a credential must have for a stream: "Pull reports need Docker Business and an organization access token with ...". */
export function neededFor({ title, origin, needs }: Stream): string {
  const plan = needs.plan === null ? "" : `${needs.plan} and `;
  const scopes = needs.scopes.map(({ name, id }) => `${name} (${id})`).join(", ");
  const login = origin === "hub" ? ", or an owner's login" : "; a personal access token is refused";
  const token = `an organization access token with ${scopes}${login}`;
  return `${sentence(title)}${title.endsWith("s") ? "" : "s"} need ${plan}${needs.credential ?? token}`;
}

const needed = STREAMS.filter(({ isOptional }) => !isOptional)
  .flatMap(({ needs }) => needs.scopes)
  .map(({ name, id }) => `${name} (${id})`);
const SCOPES = `An organization access token needs the scopes ${needed.slice(0, -1).join(", ")} and ${needed.at(-1)}`;

/** How to do without the streams that not every plan has. */
const WITHOUT = STREAMS.filter(
  ({ needs, isOptional }) => !isOptional && needs.plan !== null && needs.setting !== null,
).map(({ title, needs }) => `If the plan has no ${title}, set "${needs.setting}: off" for this connection`);

/** The next step, by what the error's class says; `planned` is the stream that was read, where it depends on the plan. */
const HINTS: Readonly<Record<Hint, (connection: Connection, planned: Stream | null) => string>> = {
  locked: ({ identifier }) =>
    `Docker Hub has locked "${identifier}" after failed logins: wait about ten minutes and do not retry before, correct logins fail meanwhile too`,
  sso: () =>
    "The organization enforces SSO: use a personal access token (dckr_pat_…) with the username, or an organization access token (dckr_oat_…) with the organization's name, not a password",
  unauthorized: ({ identifier, secret }) => {
    const kind = secret.isKnown() && secret.reveal().startsWith("dckr_oat_") ? "organization access token" : "secret";
    return `Docker Hub did not accept "${identifier}" with this ${kind}: it is wrong, expired or revoked, or has too few permissions. An organization access token goes with the organization's name as identifier, a password or personal access token with the username. Where the organization enforces SSO, use a token, not a password. ${SCOPES}. See docs/setup.md`;
  },
  forbidden: (_, planned) => {
    const needs = planned ? `${sentence(planned.title)}s need ${planned.needs.plan} and` : "This needs";
    return `${needs} an organization owner's credential or a token with the right scopes. ${SCOPES}; personal access tokens are refused by some endpoints. ${WITHOUT.join(". ")}`;
  },
  "not-found": ({ org, identifier }, planned) =>
    planned
      ? `No ${planned.title} was found for "${org}": it needs ${planned.needs.plan}. If the plan has none, set "${planned.needs.setting}: off" for this connection`
      : `There is no organization "${org}" that "${identifier}" can see. Read its name in the browser's address: https://app.docker.com/accounts/NAME or https://hub.docker.com/orgs/NAME. A personal namespace has no members and no audit log: an organization is needed`,
  server: (connection, planned) =>
    planned
      ? `Docker Hub answers this way for a personal namespace, and perhaps for a plan without ${planned.title}s: check that "${connection.org}" is an organization on ${planned.needs.plan}. If the plan has none, set "${planned.needs.setting}: off"; if it has, try again later`
      : HINTS.network(connection, null),
  redirect: ({ url }) =>
    `Redirects are refused, since they could carry the bearer elsewhere. Check the url (${url.origin}) of this connection`,
  "rate-limit": () =>
    "Docker Hub's rate limit is used up: run again later, lower limits.concurrency, or raise limits.max_wait_seconds",
  proxy: () =>
    "Check HTTPS_PROXY and HTTP_PROXY (http://NAME:PASSWORD@HOST:PORT where the proxy wants them), or name the host in NO_PROXY to reach it without. See docs/setup.md",
  network: ({ url }) =>
    `Check the network, the proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) and ${url.origin}, then run again: what was read is kept, only what is missing is read`,
  clock: () => "One of the two is wrong: set this machine's clock right, or wait until the server's is, then run again",
  "range-ignored": ({ url }) =>
    `Nothing of it was kept, and no time counts as read. Check the url (${url.origin}), audit_log_path and any proxy between: Docker Hub itself answers only what lies in the range`,
  "split-limit": () => "If the log is truly that dense, raise limits.window_splits or limits.window_pages",
  later: () => "Run again later; if it stays, report it with this message",
};

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
