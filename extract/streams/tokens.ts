import { firstOf, readWhole } from "../list-reading.ts";
import { slicePage } from "../page.ts";
import type { Stream } from "../stream.ts";

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
  needs: { scopes: [], plan: null, setting: "streams.tokens" },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of access tokens",
      all: "every token",
      count: "total",
      fetch: (page) =>
        hub.get(
          `/v2/orgs/${encodeURIComponent(org)}/access-tokens`,
          { page, page_size: hub.limits.page_size },
          (body) => slicePage(body, "results", new Date()),
        ),
      keyOf: (token) => firstOf(token, ["id"]),
    }),
} as const satisfies Stream<null>;
