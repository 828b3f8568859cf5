import { slicePage } from "../page.ts";
import { pagesOf } from "../paging.ts";
import { type Stream, WHOLE } from "../stream.ts";

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
  async *read({ hub, org }) {
    const path = `/v2/orgs/${encodeURIComponent(org)}/groups`;
    const size = hub.limits.page_size;
    yield* pagesOf((page) =>
      hub.get(path, { page, page_size: size }, (body) => slicePage(body, "results", new Date())),
    );
    return WHOLE;
  },
} as const satisfies Stream<null>;
