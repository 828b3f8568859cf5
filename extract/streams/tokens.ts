import { slicePage } from "../page.ts";
import { pagesOf } from "../paging.ts";
import { type Stream, WHOLE } from "../stream.ts";

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
  async *read({ hub, org }) {
    const path = `/v2/orgs/${encodeURIComponent(org)}/access-tokens`;
    const size = hub.limits.page_size;
    yield* pagesOf((page) =>
      hub.get(path, { page, page_size: size }, (body) => slicePage(body, "results", new Date())),
    );
    return WHOLE;
  },
} as const satisfies Stream<null>;
