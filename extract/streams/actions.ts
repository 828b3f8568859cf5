import { parseJson } from "../hub/body.ts";
import { BrokenBodyError } from "../hub/errors.ts";
import { type Page, pageOfRecords } from "../page.ts";
import { type Stream, WHOLE } from "../stream.ts";
import { auditlogPath } from "./auditlog.ts";

/**
 * The audit actions that the source knows today (`GET /v2/auditlogs/{account}/actions`, Docker's OpenAPI document), one
 * record an action as `{"action":"repo.tag.push","group":"repo","label":...,"description":...}`: read each run, it shows
 * early which actions Docker added. Names in the reply lack their group; the full name is group, dot, name.
 */
export const actions = {
  name: "actions",
  title: "list of audit actions",
  records: "actions",
  memory: "catalog",
  reportsAs: "auditlog",
  origin: "hub",
  needs: { scopes: [], plan: null, setting: null },
  isOptional: false,
  unread: null,
  plan: () => [null],
  async *read(source) {
    const page = await source.hub.get(auditlogPath(source, "actions"), {}, (body) => catalogPage(parseJson(body)));
    yield { page, number: 1 };
    return WHOLE;
  },
} as const satisfies Stream<null>;

function catalogPage(reply: unknown): Page {
  const groups = (reply as { actions?: unknown } | null)?.actions;
  if (typeof groups !== "object" || groups === null) throw new BrokenBodyError('the catalog holds no "actions"');
  const records: string[] = [];
  for (const [group, value] of Object.entries(groups)) {
    const actions = (value as { actions?: unknown } | null)?.actions;
    for (const action of Array.isArray(actions) ? actions : []) records.push(recordOf(group, action));
  }
  return pageOfRecords(records.sort());
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
