import { firstOf, readWhole } from "../list-reading.ts";
import { slicePage } from "../page.ts";
import type { Stream } from "../stream.ts";

/** The teams of an organization (`GET /v2/orgs/{org}/groups`, Docker's OpenAPI document); who is in them stands in the member list. */
export const groups = {
  name: "groups",
  title: "teams",
  records: "teams",
  memory: "snapshot",
  reportsAs: "groups",
  origin: "hub",
  needs: { scopes: [{ name: "Group Read", id: "scope-group-read" }], plan: null, setting: "streams.groups" },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of teams",
      all: "every team",
      count: "count",
      fetch: (page) =>
        hub.get(`/v2/orgs/${encodeURIComponent(org)}/groups`, { page, page_size: hub.limits.page_size }, (body) =>
          slicePage(body, "results", new Date()),
        ),
      keyOf: (team) => firstOf(team, ["id", "uuid", "name"]),
    }),
} as const satisfies Stream<null>;
