import type { AuthorizedRequest, Endpoint } from "./endpoint.ts";
import type { Organization } from "./organization.ts";
import { jsonReply, type Reply, refusal } from "./reply.ts";

const repositoryScope = "scope-repository-list";

/** A page of a list: `{count, next, previous, results}`, with absolute links; `total` is what some lists call their count. */
function listReply({ call, paging }: AuthorizedRequest, all: readonly unknown[], count = "count"): Reply {
  const from = (paging.page - 1) * paging.size;
  if (paging.page > 1 && from >= all.length) return refusal(404, "page not found");
  const link = (page: number) => {
    const asked = new URLSearchParams(call.query);
    asked.set("page", String(page));
    return `${call.hub.url}${call.path}?${asked}`;
  };
  const body = {
    [count]: all.length,
    next: from + paging.size < all.length ? link(paging.page + 1) : null,
    previous: paging.page > 1 ? link(paging.page - 1) : null,
    results: all.slice(from, from + paging.size),
  };
  return jsonReply(200, JSON.stringify(body));
}

/** `GET /v2/orgs/{org}/groups` (Docker's OpenAPI document). */
export const groups: Endpoint = {
  stream: "groups",
  pattern: /^\/v2\/orgs\/([^/]+)\/groups$/,
  scope: "scope-group-read",
  permission: "members",
  reply: (asked) => listReply(asked, listedTeams(asked.organization)),
};

/** The teams as they are listed. */
export function listedTeams({ members, teams }: Organization): unknown[] {
  const sizeOf = (name: string) => members.filter(({ groups: own }) => own.includes(name)).length;
  return teams.map((team) => ({ ...team, member_count: sizeOf(team.name) }));
}

/**
 * `GET /v2/namespaces/{namespace}/repositories`: whoever may not list private ones is answered with the public ones alone, with 200
 * (Docker's access token reference).
 */
export const repositories: Endpoint = {
  stream: "repositories",
  pattern: /^\/v2\/namespaces\/([^/]+)\/repositories$/,
  reply: (asked) => {
    const { organization, session } = asked;
    const seesAll = session.kind === "user" || session.scopes.includes(repositoryScope);
    return listReply(asked, listedRepositories(organization, seesAll));
  },
};

/** The repositories as they are listed. */
export function listedRepositories({ name: namespace, repositories: all }: Organization, seesAll = true): unknown[] {
  const shown = all.filter(({ is_private }) => seesAll || !is_private);
  return shown.map((one) => ({
    ...one,
    ...{ namespace, repository_type: "image", status: 1, last_modified: one.last_updated },
  }));
}

/** `GET /v2/orgs/{org}/access-tokens`: `total`, and for an owner who logged in with a password only (Docker's Terraform provider). */
export const accessTokens: Endpoint = {
  stream: "tokens",
  pattern: /^\/v2\/orgs\/([^/]+)\/access-tokens$/,
  permission: "members",
  reply: (asked) => {
    const { session } = asked;
    if (session.kind !== "user" || session.via !== "password")
      return refusal(403, "access to the resource is forbidden with this token");
    return listReply(asked, asked.organization.accessTokens, "total");
  },
};
