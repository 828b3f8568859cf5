import { BrokenCsvError, type CsvRow, readCsv } from "../csv.ts";
import { parseJson } from "../hub/body.ts";
import type { HubClient } from "../hub/client.ts";
import { BrokenDownloadError, refusalText, unpacked } from "../hub/download.ts";
import { BrokenBodyError, HubError, NotFoundError, SourceError } from "../hub/errors.ts";
import { pageOfRecords } from "../page.ts";
import type { PageRows } from "../raw/parquet.ts";
import { type Issue, type Known, type ReadEnd, type ReportStream, type Source, WHOLE } from "../stream.ts";
import { type ReportColumns, recordOf, reportColumns } from "./pull-columns.ts";

const TYPE = "usage_pulls";
const CADENCE = "daily";
const LISTED_AT_ONCE = 100;
const MOST_LISTS = 1000;
const DAY_MS = 86_400_000;

/**
 * Pull reports (`usage_pulls` daily of Docker's Enterprise Data API, its OpenAPI document): one CSV file a day, read once for each
 * issue of it. Docker Business only, and only an organization access token with Report Read may ask; a personal one is refused.
 */
export const pulls = {
  name: "pulls",
  title: "pull reports",
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
  plan: () => [],
  issues: missingIssues,
  read: readReport,
  async probe({ hub, org }) {
    const { reports } = await fetchList(hub, org, { page_size: 1 });
    const newest = reports[0]?.Date;
    return { message: typeof newest === "string" ? `newest report of ${newest.slice(0, 10)}` : "no report yet" };
  },
} as const satisfies ReportStream;

const reportsPath = (org: string) => `/enterprise-data/v1/orgs/${encodeURIComponent(org)}/reports`;
const dailyPath = (org: string) => `${reportsPath(org)}/${TYPE}/${CADENCE}`;

/** One entry of the list, as Docker documents it: whatever is there. */
interface Entry {
  readonly ReportType?: unknown;
  readonly Cadence?: unknown;
  readonly Date?: unknown;
  readonly SizeBytes?: unknown;
  readonly Key?: unknown;
}

/** The reports that were not read yet, or were issued again since, the oldest first. */
async function missingIssues({ hub, org }: Source, { covered }: Known): Promise<Issue[]> {
  await refuseWithoutReports(hub, org);
  const read = new Map(covered.map(({ from, version }) => [from, version]));
  const found = new Map<number, Issue>();
  for await (const { Date: date, Key: key, SizeBytes: size } of listed(hub, org)) {
    const day = typeof date === "string" ? /^\d{4}-\d\d-\d\d/.exec(date)?.[0] : undefined;
    const from = day === undefined ? Number.NaN : Date.parse(day);
    if (Number.isNaN(from)) throw new BrokenListError(`a report's Date is no day: ${JSON.stringify(date ?? null)}`);
    const bytes = typeof size === "number" ? size : null;
    const issue = {
      name: String(date),
      window: { from, to: from + DAY_MS },
      version: `${key} ${size}`,
      bytes,
      columns: null,
    };
    if (!found.has(from)) found.set(from, issue);
  }
  const missing = [...found.values()].filter(({ window, version }) => read.get(window.from) !== version);
  if (missing.length === 0) return [];
  const columns = await schemaColumns(hub, org, missing[0]!);
  return missing.map((issue) => ({ ...issue, columns })).sort((a, b) => a.window.from - b.window.from);
}

/** What `/schema` says reports have: a help where a column is missed, and no more, since the header of each file decides. */
async function schemaColumns(hub: HubClient, org: string, { name }: Issue): Promise<readonly string[] | null> {
  const path = `${dailyPath(org)}/${encodeURIComponent(name)}/schema`;
  const schema = await hub.get(path, {}, parseJson).catch((error: unknown) => {
    if (error instanceof HubError && error.ends === "part") return null;
    throw error;
  });
  const fields = (schema as { fields?: unknown } | null)?.fields;
  return Array.isArray(fields) ? fields.map((field: { name?: unknown } | null) => String(field?.name)) : null;
}

/** The list of report types may be missing; where it is there, it must name this one. */
async function refuseWithoutReports(hub: HubClient, org: string): Promise<void> {
  const path = reportsPath(org);
  const types = await hub.get(path, {}, parseJson).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  const known = (types as { report_types?: unknown } | null)?.report_types;
  if (!Array.isArray(known)) return;
  if (known.some((one: Entry | null) => one?.ReportType === TYPE && one.Cadence === CADENCE)) return;
  throw new NotFoundError(`no report ${TYPE}, ${CADENCE}, is offered`, { method: "GET", url: path });
}

async function* listed(hub: HubClient, org: string): AsyncGenerator<Entry, void, undefined> {
  let token = "";
  const seen = new Set([token]);
  for (let n = 0; n < MOST_LISTS; n++) {
    const paging = { page_size: LISTED_AT_ONCE, ...(token === "" ? {} : { page_token: token }) };
    const { reports, next } = await fetchList(hub, org, paging);
    yield* reports;
    // a token that comes again leads round in a circle
    if (seen.has(next)) return;
    seen.add(next);
    token = next;
  }
  throw new BrokenListError("the list of reports never ends");
}

function fetchList(hub: HubClient, org: string, query: Readonly<Record<string, string | number>>) {
  return hub.get(dailyPath(org), query, (body) => {
    const { reports, next_page_token } = (parseJson(body) ?? {}) as { reports?: unknown; next_page_token?: unknown };
    if (reports !== undefined && reports !== null && !Array.isArray(reports))
      throw new BrokenBodyError('"reports" is no list');
    const entries = (reports ?? []) as readonly Entry[];
    return { reports: entries, next: typeof next_page_token === "string" ? next_page_token : "" };
  });
}

/** The list of reports cannot be what it says. */
export class BrokenListError extends SourceError {
  override readonly name = "BrokenListError";
  override readonly hint = "later";
}

/** A report that came whole and is none: a column that facts need is not there. */
export class BadReportError extends SourceError {
  override readonly name = "BadReportError";
  override readonly hint = "later";
}

/**
 * The rows of a report, each as one JSON object of its cells by the names of the header.
 * @throws BrokenDownloadError where it did not come whole and may be asked for again; BadReportError
 */
async function* readReport(source: Source, issue: Issue): AsyncGenerator<PageRows, ReadEnd<never>, undefined> {
  const day = new Date(issue.window.from).toISOString().slice(0, 10);
  let columns: ReportColumns | null = null;
  let number = 0;
  let last: CsvRow | null = null;
  try {
    for await (const rows of readCsv(unpacked(downloaded(source, issue)))) {
      const body = columns === null ? rows.slice(1) : rows;
      columns ??= mustHaveColumns(rows[0]!, day, issue.columns);
      last = body.at(-1) ?? last;
      const names = columns.names;
      if (body.length > 0)
        yield { page: pageOfRecords(body.map((row) => recordOf(names, row.cells))), number: ++number };
    }
  } catch (error) {
    if (!(error instanceof BrokenCsvError)) throw error;
    throw new BrokenDownloadError(
      `the report of ${day} breaks off, or is no CSV, at line ${error.line}: ${error.message}`,
    );
  }
  if (last !== null && columns !== null && last.cells.length < columns.names.length)
    throw new BrokenDownloadError(`the report of ${day} breaks off in line ${last.line}`);
  return { ...WHOLE, window: issue.window };
}

function mustHaveColumns(header: CsvRow, day: string, schema: readonly string[] | null): ReportColumns {
  const columns = reportColumns(header.cells);
  if (columns.missing.length === 0) return columns;
  const listOf = (names: readonly string[]) => names.map((name) => `"${name.slice(0, 40)}"`).join(", ");
  const promised = schema === null ? "" : `; its schema names ${listOf(schema)}`;
  throw new BadReportError(
    `the pull report of ${day} has no column ${columns.missing.join(", none called ")}; it has ${listOf(columns.names)}${promised}. Nothing of that day was kept`,
  );
}

/** The bytes of a report: asked for with the bearer, fetched without it from where that leads. */
async function* downloaded({ hub, org }: Source, issue: Issue): AsyncGenerator<Uint8Array, void, undefined> {
  const located = await hub.locate(`${dailyPath(org)}/${encodeURIComponent(issue.name)}/download`);
  if ("body" in located) {
    yield located.body;
    return;
  }
  const opened = await hub.open(located.link);
  const { status, headers, body } = opened;
  if (status < 200 || status >= 300) {
    const why = `${located.link.origin} answered HTTP ${status} to the link of a report: ${await refusalText(opened, located.link)}`;
    throw new BrokenDownloadError(why, { isPassing: status === 429 || status >= 500 });
  }
  let size = 0;
  let end = 0;
  try {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      size += piece.byteLength;
      end = piece.at(-1) ?? end;
      yield piece;
    }
  } finally {
    body.destroy();
  }
  const isFramed = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  // where the connection's end is the body's, only its size tells whether it is whole
  if (!isFramed && issue.bytes !== null && size < issue.bytes && end !== 0x0a)
    throw new BrokenDownloadError(`the download broke off after ${size} of ${issue.bytes} bytes`);
}
