import { slicePage } from "../page.ts";
import { pagesOf } from "../paging.ts";
import { type Stream, WHOLE } from "../stream.ts";

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
  async *read({ hub, org }) {
    const path = `/v2/namespaces/${encodeURIComponent(org)}/repositories`;
    const size = hub.limits.page_size;
    yield* pagesOf((page) =>
      hub.get(path, { page, page_size: size }, (body) => slicePage(body, "results", new Date())),
    );
    return WHOLE;
  },
} as const satisfies Stream<null>;
