import { NotFoundError } from "../hub/errors.ts";
import type { Stream } from "../stream.ts";

/** What one reading asks for: the list of reports, or one day's report. */
export type PullsAsk = null;

/**
 * Pull reports (Docker's Enterprise Data API, `usage_pulls` daily): one file of CSV a day, read once for each issue of it.
 * Business only, and only an organization access token with Report Read may ask.
 */
export const pulls = {
  name: "pulls",
  title: "pull report",
  records: "pull records",
  memory: "report",
  reportsAs: "pulls",
  origin: "enterprise",
  needs: {
    scopes: [{ name: "Report Read", id: "scope-report-read" }],
    plan: "Docker Business",
    setting: "streams.pulls",
    adds: "who only pulls, by user, day and repository",
    raises: { low: "high", none: "medium" },
    otherwise: "export the usage page (on Team, too) and load it: docktally import pulls FILE --connection NAME",
  },
  isOptional: true,
  unread: null,
  plan: () => [null],
  // biome-ignore lint/correctness/useYield: the reports follow
  async *read(source) {
    const path = `/enterprise-data/v1/orgs/${source.org}/reports`;
    throw new NotFoundError("not read yet", { method: "GET", url: path });
  },
  async probe({ hub, org }) {
    await hub.get(
      `/enterprise-data/v1/orgs/${encodeURIComponent(org)}/reports/usage_pulls/daily`,
      { page_size: 1 },
      () => null,
    );
    return { message: "usage reports are readable" };
  },
} as const satisfies Stream<PullsAsk>;
