import { type AuthorizedRequest, notPersonal, type ReplySettings } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { numberIn } from "./lists.ts";
import type { Organization } from "./organization.ts";
import { type Reply, refusal, websiteReply } from "./reply.ts";
import { storagePattern } from "./reports.ts";
import type { Call, Stream } from "./scenario.ts";
import type { Session } from "./tokens.ts";

const routes: readonly { pattern: RegExp; stream: Stream }[] = [
  ...endpoints,
  { pattern: /^\/v2\/auth\/(token)$/, stream: "token" },
  { pattern: storagePattern, stream: "storage" },
];

/** What a path asks for, and of which account. */
export function routeOf(path: string): { stream: Stream; account: string } {
  for (const { pattern, stream } of routes) {
    const account = pattern.exec(path)?.[1];
    if (account !== undefined) return { stream, account: decoded(account) };
  }
  return { stream: "other", account: "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The reply to a GET of the API by somebody who is signed in. */
export function answer(call: Call, session: Session, settings: ReplySettings): Reply {
  const { organization, stream } = call;
  const endpoint = endpoints.find((one) => one.stream === stream);
  if (organization === undefined) return refusal(404, `${call.account}: object not found`);
  if (endpoint === undefined) return websiteReply();
  const denied = denial(organization, session, endpoint);
  if (denied !== undefined) return denied;
  const missing = (endpoint.missing ?? notPersonal)(organization);
  if (missing !== undefined) return missing;
  const asked = numberIn(call.query, "page_size", 25);
  const sized = settings.scenario?.pageSize?.(asked) ?? asked;
  const paging = { page: call.page, size: Math.min(sized, settings.pageSizeLimit) };
  const emails = session.kind === "organization" || permissionsOf(organization, session).emails;
  return endpoint.reply({ call, session, organization, paging, settings, emails } satisfies AuthorizedRequest);
}

/** Why this session may not read this, if it may not. The messages are those that users of Docker Hub have reported. */
function denial(
  organization: Organization,
  session: Session,
  { scope, permission }: (typeof endpoints)[number],
): Reply | undefined {
  const forbidden = refusal(403, "You don't have permission to perform this action.");
  if (session.kind === "organization") {
    if (session.organization !== organization.name) return forbidden;
    return scope === undefined || session.scopes.includes(scope) ? undefined : forbidden;
  }
  const user = organization.users.find((one) => one.username === session.username);
  if (session.via === "personal-token" && user?.tokensRefused === true) {
    return refusal(403, "token issued from personal access token is not allowed");
  }
  return permission !== undefined && !permissionsOf(organization, session)[permission] ? forbidden : undefined;
}

function permissionsOf(organization: Organization, session: Session & { kind: "user" }) {
  const nothing = { members: false, invites: false, auditlogs: false, emails: false };
  return organization.users.find((one) => one.username === session.username)?.permissions ?? nothing;
}
