import type { Endpoint, Paging } from "./endpoint.ts";
import type { Invite, Member, Organization } from "./organization.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** A positive integer out of a query, or `otherwise`. */
export function numberIn(query: URLSearchParams, key: string, otherwise: number): number {
  const value = Number(query.get(key) ?? Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/**
 * `GET /v2/orgs/{org}/members`: {count, previous, next, results}. `next` is absolute. Without `type`, invitees are left out
 * unless `invites=true` (Docker's document names no default). `emails` says whether the caller may see e-mail addresses.
 */
export function membersReply(
  organization: Organization,
  query: URLSearchParams,
  paging: Paging,
  seen: { emails: boolean; self: string },
): Reply {
  const people = listed(organization, query).map((one) => shown(one, organization, seen.emails));
  const from = (paging.page - 1) * paging.size;
  const link = (page: number) => {
    const asked = new URLSearchParams(query);
    asked.set("page", String(page));
    return `${seen.self}?${asked}`;
  };
  const body = {
    count: people.length,
    previous: paging.page > 1 && from - paging.size < people.length ? link(paging.page - 1) : null,
    next: from + paging.size < people.length ? link(paging.page + 1) : null,
    results: people.slice(from, from + paging.size),
  };
  return jsonReply(200, JSON.stringify(body));
}

/** `GET /v2/orgs/{org}/invites`: {"data": [...]}, all at once. */
export function invitesReply(organization: Organization): Reply {
  return jsonReply(200, JSON.stringify({ data: organization.invites }));
}

/** `GET /v2/orgs/{org}`: the profile that Docker's own clients read; it is not in Docker's OpenAPI document. */
export function organizationReply(organization: Organization): Reply {
  const { name, fullName, createdAt } = organization;
  const id = Buffer.from(name.padEnd(16, ".").slice(0, 16)).toString("hex");
  const profile = { id, orgname: name, full_name: fullName, location: "", company: fullName, profile_url: "" };
  return jsonReply(
    200,
    JSON.stringify({ ...profile, date_joined: createdAt, gravatar_url: "", type: "Organization", badge: "" }),
  );
}

function listed(organization: Organization, query: URLSearchParams): (Member | Invite)[] {
  const type = query.get("type") ?? (query.get("invites") === "true" ? "all" : "member");
  const role = query.get("role");
  const search = query.get("search")?.toLowerCase();
  const members = type === "invitee" ? [] : organization.members;
  const invites = type === "member" ? [] : organization.invites;
  return [...members, ...invites].filter((one) => {
    if (role !== null && one.role.toLowerCase() !== role) return false;
    const text = "username" in one ? `${one.username} ${one.full_name} ${one.email}` : one.invitee;
    return search === undefined || text.toLowerCase().includes(search);
  });
}

/** Title-case roles, and no username for an invitee who is known by e-mail only, as Docker's Terraform provider notes. */
function shown(one: Member | Invite, organization: Organization, emails: boolean): Record<string, unknown> {
  const plain = { company: "", location: "", type: "User", gravatar_url: "", gravatar_email: "", profile_url: "" };
  if (!("username" in one)) {
    const byEmail = one.invitee.includes("@");
    const who = byEmail ? { email: one.invitee } : { username: one.invitee };
    return {
      id: one.id.replaceAll("-", ""),
      ...who,
      full_name: "",
      role: "Invitee",
      groups: [],
      is_guest: false,
      ...plain,
    };
  }
  const { last_logged_in_at, last_seen_at, last_desktop_version, email, ...rest } = one;
  return {
    ...rest,
    ...(emails ? { email } : {}),
    ...plain,
    ...(organization.insights ? { last_logged_in_at, last_seen_at, last_desktop_version } : {}),
  };
}

export const members: Endpoint = {
  stream: "members",
  pattern: /^\/v2\/orgs\/([^/]+)\/members$/,
  scope: "scope-member-read",
  permission: "members",
  reply: ({ call, organization, paging, emails }) =>
    membersReply(organization, call.query, paging, { emails, self: `${call.hub.url}${call.path}` }),
};

export const invites: Endpoint = {
  stream: "invites",
  pattern: /^\/v2\/orgs\/([^/]+)\/invites$/,
  scope: "scope-invite-read",
  permission: "invites",
  reply: ({ organization }) => invitesReply(organization),
};

export const organization: Endpoint = {
  stream: "organization",
  pattern: /^\/v2\/orgs\/([^/]+)$/,
  reply: ({ organization }) => organizationReply(organization),
};
