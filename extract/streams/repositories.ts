import { firstOf, readWhole } from "../list-reading.ts";
import { slicePage } from "../page.ts";
import type { Stream } from "../stream.ts";

/**
 * The repositories of an organization (`GET /v2/namespaces/{namespace}/repositories`, Docker's OpenAPI document). An organization
 * access token without Repository List is answered with the public ones alone, and nothing says so.
 */
export const repositories = {
  name: "repositories",
  title: "repositories",
  records: "repositories",
  memory: "snapshot",
  reportsAs: "repositories",
  origin: "hub",
  needs: {
    scopes: [{ name: "Repository List", id: "scope-repository-list" }],
    plan: null,
    setting: "streams.repositories",
  },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of repositories",
      all: "every repository",
      count: "count",
      fetch: (page) =>
        hub.get(
          `/v2/namespaces/${encodeURIComponent(org)}/repositories`,
          { page, page_size: hub.limits.page_size },
          (body) => slicePage(body, "results", new Date()),
        ),
      // the namespace is asked for, so a name is enough
      keyOf: (repository) => firstOf(repository, ["name"]),
    }),
} as const satisfies Stream<null>;
