import type { AuthorizedRequest, Endpoint } from "./endpoint.ts";
import { numberIn } from "./lists.ts";
import { jsonReply, type Reply } from "./reply.ts";
import type { Call } from "./scenario.ts";

/** A pre-signed address lives so long. */
const linkMs = 15 * 60_000;

const base = "/enterprise-data/v1/orgs/([^/]+)/reports";
const at = (rest: string) => new RegExp(`^${base}${rest}$`);

/** Errors of this API are `{"error": "..."}` (Docker's OpenAPI document). */
const refused = (status: number, error: string) => jsonReply(status, JSON.stringify({ error }));

/** Docker Business, an organization access token with Report Read; a personal one is refused. */
function reportEndpoint(stream: string, rest: string, reply: (asked: AuthorizedRequest) => Reply): Endpoint {
  return {
    stream,
    pattern: at(rest),
    missing: () => undefined,
    reply: (asked) => {
      const { session, organization } = asked;
      if (session.kind !== "organization") return refused(403, "an organization access token is required");
      if (organization.plan !== "Business") return refused(403, "usage reports are not part of this plan");
      if (!session.scopes.includes("scope-report-read")) return refused(403, "the token lacks scope-report-read");
      return reply(asked);
    },
  };
}

const ReportType = "usage_pulls";
const Cadence = "daily";

const types = reportEndpoint("reportTypes", "", () =>
  jsonReply(200, JSON.stringify({ report_types: [{ ReportType, Cadence }] })),
);

/** Newest first; `page_token` is the date of the last report that was shown. */
const list = reportEndpoint("reports", `/${ReportType}/${Cadence}`, ({ call, organization }) => {
  const size = Math.min(numberIn(call.query, "page_size", 30), 100);
  const before = call.query.get("page_token") ?? "";
  const newestFirst = organization.pullReports.toSorted((a, b) => (a.date < b.date ? 1 : -1));
  const rest = newestFirst.filter(({ date }) => before === "" || date < before);
  const shown = rest.slice(0, size);
  const reports = shown.map(({ date, key, body }) => ({
    ...{ ReportType, Cadence, Date: date },
    ...{ SizeBytes: body.length, Key: key },
  }));
  const next_page_token = rest.length > size ? shown.at(-1)!.date : "";
  return jsonReply(200, JSON.stringify({ reports, next_page_token }));
});

const schema = reportEndpoint("reportSchema", `/${ReportType}/${Cadence}/[^/]+/schema`, ({ organization }) =>
  jsonReply(200, JSON.stringify({ category: ReportType, fields: organization.pullFields })),
);

const download = reportEndpoint(
  "reportDownload",
  `/${ReportType}/${Cadence}/[^/]+/download`,
  ({ call, organization }) => {
    const date = call.path.split("/").at(-2);
    const report = organization.pullReports.find((one) => one.date === date);
    if (report === undefined) return refused(404, "report not found");
    const expires = call.now.getTime() + linkMs;
    const location = `${call.hub.otherOrigin}/storage/${organization.name}/${encodeURIComponent(report.key)}?X-Amz-Expires=${expires}`;
    return { status: 302, headers: { location }, body: "", delivery: "whole" };
  },
);

export const reports: readonly Endpoint[] = [types, list, schema, download];

export const storagePattern = /^\/storage\/([^/]+)\/[^/]+$/;

/** What is behind a pre-signed address: refused with a bearer, and once it is older than a quarter of an hour. */
export function storageReply(call: Call): Reply {
  const xml = (status: number, code: string): Reply => ({
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`,
    delivery: "whole",
  });
  if (call.headers.authorization !== undefined) return xml(400, "InvalidArgument");
  if (Number(call.query.get("X-Amz-Expires")) < call.now.getTime()) return xml(403, "AccessDenied");
  const key = decodeURIComponent(call.path.split("/").at(-1)!);
  const report = call.organization?.pullReports.find((one) => one.key === key);
  if (report === undefined) return xml(404, "NoSuchKey");
  const encoding = report.gzip === true ? { "content-encoding": "gzip" } : {};
  return { status: 200, headers: { "content-type": "text/csv", ...encoding }, body: report.body, delivery: "whole" };
}

/** A CSV text by its columns and rows. */
export function csvOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}
