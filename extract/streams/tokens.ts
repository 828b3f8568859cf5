import { countOf, fetchResults, firstOf, readWhole } from "../list-reading.ts";
import type { Page } from "../page.ts";
import type { Source, Stream } from "../stream.ts";

/**
 * The organization's access tokens (`GET /v2/orgs/{org}/access-tokens`, Docker's OpenAPI document: `total`, not `count`). Only an
 * owner who logged in with a password may list them.
 */
export const tokens = {
  name: "tokens",
  title: "organization access tokens",
  records: "tokens",
  memory: "snapshot",
  reportsAs: "tokens",
  origin: "hub",
  needs: {
    scopes: [],
    plan: null,
    setting: "streams.tokens",
    adds: "who made which organization access token, and when it was last used",
    credential:
      "the password login of an organization owner (no token may read them, and not where single sign-on is enforced)",
  },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of access tokens",
      all: "every token",
      count: "total",
      fetch: (page) => fetchPage({ hub, org }, page, hub.limits.page_size),
      keyOf: (token) => firstOf(token, ["id"]),
    }),
  async probe(source) {
    return { message: `${countOf(await fetchPage(source, 1, 5), "total")} organization access tokens` };
  },
} as const satisfies Stream<null>;

function fetchPage({ hub, org }: Source, page: number, page_size: number): Promise<Page> {
  return fetchResults(hub, `/v2/orgs/${encodeURIComponent(org)}/access-tokens`, { page, page_size });
}
