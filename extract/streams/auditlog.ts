import { findOldest } from "../horizon.ts";
import { proveRange, readWindow, rfc3339, type TimedLog } from "../log-window.ts";
import { slicePage } from "../page.ts";
import type { LogStream, Source } from "../stream.ts";
import { planWindows, type Window } from "../windows.ts";

/** Where it is unless the configuration says otherwise, with `{account}` in it or without: then it is asked for as it stands. */
export const AUDITLOG_PATH = "/v2/auditlogs/{account}";

/** The path as it is asked for; `below` is what comes after it. */
export function auditlogPath({ path = AUDITLOG_PATH, org }: Source, below = ""): string {
  const whole = path.replace("{account}", encodeURIComponent(org));
  return below === "" ? whole : `${whole.replace(/\/$/, "")}/${below}`;
}

/** The audit log of an organization as a log that is asked for by time. */
export function auditlogOf(source: Source): TimedLog {
  const { limits } = source.hub;
  // a window that was begun is read to its end before later ones, so that few are in memory half read
  const rank = source.hub.nextRank();
  return {
    limits,
    fetch: (asked, page) => fetchPage(source, asked, { page, page_size: limits.page_size, rank }),
  };
}

interface Paging {
  readonly page: number;
  readonly page_size: number;
  readonly rank?: number;
}

function fetchPage(source: Source, asked: Window, { rank = 0, ...paging }: Paging) {
  const query = { from: rfc3339(asked.from), to: rfc3339(asked.to), ...paging };
  return source.hub.get(auditlogPath(source), query, (body) => slicePage(body, "logs", new Date()), { rank });
}

/** What people did (`GET /v2/auditlogs/{account}`, Docker's OpenAPI document); the reply holds nothing but `logs`. */
export const auditlog = {
  name: "auditlog",
  title: "audit log",
  records: "audit records",
  memory: "log",
  reportsAs: "auditlog",
  origin: "hub",
  needs: {
    scopes: [{ name: "Audit Log Read", id: "scope-activity-read" }],
    plan: "a Team or Business plan",
    setting: "audit_log",
    adds: "who publishes and who administers",
    raises: { none: "low" },
  },
  isOptional: false,
  unread: null,
  plan: ({ covered }, instant, limits) => planWindows(covered, instant.getTime(), limits.lookback_hours * 3_600_000),
  async *read(source: Source, window: Window, onPage?: () => void) {
    const { read, rest } = await readWindow(auditlogOf(source), window, onPage);
    if (read) yield* read.pages;
    const { moved = false, unsettled = false } = read ?? {};
    const warning = read?.unsettled ? unsettledWarning(read.window) : null;
    return { isKept: read !== null, window: read?.window ?? null, moved, unsettled, warning, rest };
  },
  prove: (source) => proveRange(auditlogOf(source)),
  findOldest: (source, knownOldest, now) => findOldest(auditlogOf(source), knownOldest, now),
  async probe(source) {
    const now = source.hub.now().getTime();
    const page = await fetchPage(source, { from: now - 30 * 86_400_000, to: now }, { page: 1, page_size: 25 });
    const events = page.starts.length > 0 ? "with events" : "but without an event";
    return { message: `readable, ${events} in the last 30 days` };
  },
} as const satisfies LogStream;

function unsettledWarning({ from, to }: Window): string {
  const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  return `the audit log moved during three readings of ${span}; repeats were counted once, and the next run reads it again`;
}
