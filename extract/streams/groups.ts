import { countOf, fetchResults, firstOf, readWhole } from "../list-reading.ts";
import type { Page } from "../page.ts";
import type { Source, Stream } from "../stream.ts";

/** The teams of an organization (`GET /v2/orgs/{org}/groups`, Docker's OpenAPI document); who is in them stands in the member list. */
export const groups = {
  name: "groups",
  title: "teams",
  records: "teams",
  memory: "snapshot",
  reportsAs: "groups",
  origin: "hub",
  needs: {
    scopes: [{ name: "Group Read", id: "scope-group-read" }],
    plan: null,
    setting: "streams.groups",
    adds: "teams with their descriptions and sizes",
  },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of teams",
      all: "every team",
      count: "count",
      fetch: (page) => fetchPage({ hub, org }, page, hub.limits.page_size),
      keyOf: (team) => firstOf(team, ["id", "uuid", "name"]),
    }),
  async probe(source) {
    return { message: `${countOf(await fetchPage(source, 1, 5), "count")} teams` };
  },
} as const satisfies Stream<null>;

function fetchPage({ hub, org }: Source, page: number, page_size: number): Promise<Page> {
  return fetchResults(hub, `/v2/orgs/${encodeURIComponent(org)}/groups`, { page, page_size });
}
