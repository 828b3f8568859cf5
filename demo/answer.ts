import { actionsBody } from "./actions.ts";
import { auditReply, type Bounds } from "./audit.ts";
import { invitesReply, membersReply, numberIn, organizationReply, type Paging } from "./lists.ts";
import type { Organization } from "./organization.ts";
import { auditRefusal, jsonReply, type Reply, refusal, websiteReply } from "./reply.ts";
import type { Call, Scenario, Stream } from "./scenario.ts";
import type { Session } from "./tokens.ts";

/** How the hub answers: its page sizes, its reading of `from` and `to`, its scenario. */
export type Manners = { pageSizeLimit: number; bounds: Bounds; scenario: Scenario | undefined };

const routes: readonly [pattern: RegExp, stream: Stream][] = [
  [/^\/v2\/auditlogs\/([^/]+)$/, "auditlogs"],
  [/^\/v2\/auditlogs\/([^/]+)\/actions$/, "actions"],
  [/^\/v2\/orgs\/([^/]+)\/members$/, "members"],
  [/^\/v2\/orgs\/([^/]+)\/invites$/, "invites"],
  [/^\/v2\/orgs\/([^/]+)$/, "organization"],
  [/^\/v2\/auth\/(token)$/, "token"],
];

/** What a path asks for, and of which account. */
export function routeOf(path: string): { stream: Stream; account: string } {
  for (const [pattern, stream] of routes) {
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
export function answer(call: Call, session: Session, manners: Manners): Reply {
  const { organization, stream } = call;
  const audit = stream === "auditlogs" || stream === "actions";
  if (organization === undefined) return refusal(404, `${call.account}: object not found`);
  const denied = denial(organization, session, stream);
  if (denied !== undefined) return denied;
  if (organization.kind === "personal") {
    // Reported by a fork of Docker's hub-tool: audit logs of a personal namespace are a lasting 500.
    if (stream === "auditlogs") return jsonReply(500, '{"message":"internal server error"}');
    if (!audit) return refusal(404, `${call.account}: organization not found`);
  }
  if (audit && !organization.auditLog) return auditRefusal(403, 7, "audit logs are not available on your plan");
  return page(call, organization, session, manners);
}

function page(call: Call, organization: Organization, session: Session, manners: Manners): Reply {
  const { query, stream } = call;
  const asked = numberIn(query, "page_size", 25);
  const sized = manners.scenario?.pageSize?.(asked) ?? asked;
  const paging: Paging = { page: call.page, size: Math.min(sized, manners.pageSizeLimit) };
  if (stream === "auditlogs") return auditReply(organization, query, paging, manners);
  if (stream === "actions") return jsonReply(200, actionsBody);
  if (stream === "invites") return invitesReply(organization);
  if (stream === "organization") return organizationReply(organization);
  if (stream !== "members") return websiteReply();
  const emails = session.kind === "organization" || permissionsOf(organization, session).emails;
  return membersReply(organization, query, paging, { emails, self: `${call.hub.url}${call.path}` });
}

const scopeOf: Partial<Record<Stream, string>> = {
  members: "scope-member-read",
  invites: "scope-invite-read",
  auditlogs: "scope-activity-read",
  actions: "scope-activity-read",
};

/** Why this session may not read this stream, if it may not. The messages are those that users of Docker Hub have reported. */
function denial(organization: Organization, session: Session, stream: Stream): Reply | undefined {
  const forbidden = refusal(403, "You don't have permission to perform this action.");
  if (session.kind === "organization") {
    const scope = scopeOf[stream];
    if (session.organization !== organization.name) return forbidden;
    return scope === undefined || session.scopes.includes(scope) ? undefined : forbidden;
  }
  const user = organization.users.find((one) => one.username === session.username);
  if (session.via === "personal-token" && user?.tokensRefused === true) {
    return refusal(403, "token issued from personal access token is not allowed");
  }
  const may = permissionsOf(organization, session);
  const granted = { members: may.members, invites: may.invites, auditlogs: may.auditLogs, actions: may.auditLogs };
  return stream in granted && !granted[stream as keyof typeof granted] ? forbidden : undefined;
}

function permissionsOf(organization: Organization, session: Session & { kind: "user" }) {
  const nothing = { members: false, invites: false, auditLogs: false, emails: false };
  return organization.users.find((one) => one.username === session.username)?.permissions ?? nothing;
}
