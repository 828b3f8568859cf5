import { parseJson } from "../hub/body.ts";
import { BrokenBodyError } from "../hub/errors.ts";
import type { Page } from "../page.ts";
import { type AuditLog, auditLogPath } from "./auditlog.ts";

export const CATALOG_STREAM = "actions";

/**
 * The audit actions that the source knows today (`GET /v2/auditlogs/{account}/actions`, Docker's OpenAPI document), one
 * record an action as `{"action":"repo.tag.push","group":"repo","label":...,"description":...}`: read each run, it shows
 * early which actions Docker added. Names in the reply lack their group; the full name is group, dot, name.
 */
export async function readActionCatalog(log: AuditLog): Promise<Page> {
  return log.hub.get(auditLogPath(log, "actions"), {}, (body) => catalogPage(parseJson(body)));
}

function catalogPage(reply: unknown): Page {
  const groups = (reply as { actions?: unknown } | null)?.actions;
  if (typeof groups !== "object" || groups === null) throw new BrokenBodyError('the catalog holds no "actions"');
  const records: string[] = [];
  for (const [group, value] of Object.entries(groups)) {
    const actions = (value as { actions?: unknown } | null)?.actions;
    for (const action of Array.isArray(actions) ? actions : []) records.push(recordOf(group, action));
  }
  return pageOf(records.sort());
}

/** One entry as a record. One that names no action is kept as it is, for merging to reject. */
function recordOf(group: string, entry: unknown): string {
  const { name, label, description } = (entry ?? {}) as Record<string, unknown>;
  if (typeof name !== "string") return odd(group, entry);
  const words = { label: textOr(label), description: textOr(description) };
  return JSON.stringify({ action: `${group}.${name}`, group, ...words });
}

const textOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function odd(group: string, entry: unknown): string {
  try {
    return JSON.stringify({ group, entry });
  } catch {
    return JSON.stringify({ group, entry: "nested too deep to be kept" });
  }
}

/** A page made of records, as if a server had sent them. */
function pageOf(records: readonly string[]): Page {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const record of records) {
    const length = Buffer.byteLength(record);
    starts.push(at);
    ends.push(at + length);
    at += length;
  }
  return { bytes: Buffer.from(records.join("")), starts, ends, envelope: {}, fetchedAt: new Date() };
}
