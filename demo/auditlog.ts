import type { Endpoint, Paging } from "./endpoint.ts";
import type { EventLog } from "./event-log.ts";
import type { Organization } from "./organization.ts";
import { auditRefusal, jsonReply, notOnThisPlan, type Reply } from "./reply.ts";
import type { Bounds, Scenario } from "./scenario.ts";

export const auditlogs: Endpoint = {
  stream: "auditlogs",
  pattern: /^\/v2\/auditlogs\/([^/]+)$/,
  scope: "scope-activity-read",
  permission: "auditlogs",
  missing: ({ kind, auditlog }) => {
    // Reported by a fork of Docker's hub-tool: audit logs of a personal namespace are a lasting 500.
    if (kind === "personal") return jsonReply(500, '{"message":"internal server error"}');
    return auditlog ? undefined : notOnThisPlan();
  },
  reply: ({ call, organization, paging, settings }) => auditReply(organization, call.query, paging, settings),
};

/**
 * `GET /v2/auditlogs/{account}`: {"logs": [...]} and nothing else, newest first. The records are joined as the texts they are;
 * without a filter, the page is found by binary search on time.
 */
export function auditReply(
  organization: Organization,
  query: URLSearchParams,
  paging: Paging,
  how: { bounds: Bounds; scenario: Scenario | undefined },
): Reply {
  const from = instant(query.get("from"), Number.NEGATIVE_INFINITY);
  const to = instant(query.get("to"), Number.POSITIVE_INFINITY);
  if (Number.isNaN(from)) return auditRefusal(400, 3, 'parsing field "from": not an RFC 3339 date-time');
  if (Number.isNaN(to)) return auditRefusal(400, 3, 'parsing field "to": not an RFC 3339 date-time');
  const log = organization.events;
  const [low, high] = log.find(from + (how.bounds.fromInclusive ? 0 : 1), to + (how.bounds.toInclusive ? 1 : 0));
  const indexes = pageOf(log, query, [low, high], paging);
  const { scenario } = how;
  const records = indexes.map((index) => {
    const record = log.record(scenario?.position?.(index, log) ?? index);
    return scenario?.record?.(record) ?? record;
  });
  return jsonReply(200, `{"logs":[${records.join(",")}]}`);
}

function instant(text: string | null, otherwise: number): number {
  if (text === null || text === "") return otherwise;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** The indexes on a page, newest first, out of the half-open range [low, high). */
function pageOf(
  log: EventLog,
  query: URLSearchParams,
  [low, high]: [number, number],
  { page, size }: Paging,
): number[] {
  const wanted = (["action", "name", "actor"] as const).filter((key) => (query.get(key) ?? "") !== "");
  const skipped = (page - 1) * size;
  const indexes: number[] = [];
  if (wanted.length === 0) {
    for (let index = high - 1 - skipped; index >= low && indexes.length < size; index -= 1) indexes.push(index);
    return indexes;
  }
  const values = wanted.map((key) => [key, query.get(key)] as const);
  let matched = 0;
  for (let index = high - 1; index >= low && indexes.length < size; index -= 1) {
    const fields = log.fields(index);
    if (!values.every(([key, value]) => fields[key] === value)) continue;
    if (matched >= skipped) indexes.push(index);
    matched += 1;
  }
  return indexes;
}
