import { countOf, fetchResults, firstOf, readWhole } from "../list-reading.ts";
import { type Page, recordText } from "../page.ts";
import type { Source, Stream } from "../stream.ts";

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
    adds: "each repository with its privacy, size, pulls and last change",
  },
  isOptional: true,
  unread: null,
  plan: () => [null],
  read: ({ hub, org }) =>
    readWhole({
      title: "list of repositories",
      all: "every repository",
      count: "count",
      fetch: (page) => fetchPage({ hub, org }, page, hub.limits.page_size),
      // the namespace is asked for, so a name is enough
      keyOf: (repository) => firstOf(repository, ["name"]),
    }),
  async probe(source) {
    // a whole page, since one private repository anywhere shows that private ones are listed
    const page = await fetchPage(source, 1, source.hub.limits.page_size);
    const count = countOf(page, "count");
    const isPrivate = page.starts.some((_, i) => /"is_private"\s*:\s*true/.test(recordText(page, i)));
    if (isPrivate) return { message: `${count} repositories, private ones among them` };
    return {
      message: `${count} repositories, none of them private: private ones are missing without the scope Repository List`,
    };
  },
} as const satisfies Stream<null>;

function fetchPage({ hub, org }: Source, page: number, page_size: number): Promise<Page> {
  return fetchResults(hub, `/v2/namespaces/${encodeURIComponent(org)}/repositories`, { page, page_size });
}
