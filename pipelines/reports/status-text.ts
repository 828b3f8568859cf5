import picocolors from "picocolors";
import { isLog } from "../../extract/stream.ts";
import { STREAMS } from "../../extract/streams.ts";
import type { ConnectionState } from "../run/last-runs.ts";
import { printable } from "../run/progress.ts";
import { ago, agoText, wholeSeconds } from "./ago.ts";
import type { RowRecord } from "./records.ts";
import type { Gap, StatusReport } from "./status.ts";

const LOGS: ReadonlySet<string> = new Set(STREAMS.filter(isLog).map(({ name }) => name));
const WEEK_MS = 7 * 86_400_000;
const MOST_WEEKS = 60;
/** What stands beside the bars in their line. */
const AROUND_WEEKS = "  a week     ".length + " (60 weeks to now)".length;
const MOST_NAMED = 40;

/** What was collected, for a person: a bar a week per organization, gaps and when they will be lost, freshness. */
export function statusText(
  report: StatusReport,
  now: Date,
  { color, columns }: { readonly color: boolean; readonly columns: number },
): string {
  const paint = picocolors.createColors(color);
  const lines: string[] = [];
  for (const row of report.organizations) {
    const org = String(row.org);
    const spans = report.coverage.filter((window) => window.org === org && LOGS.has(String(window.stream)));
    lines.push(paint.bold(org));
    lines.push(
      `  members    read ${agoText(row.members_read_at, now)}${row.has_insights ? ", with Insights" : ", without Insights"}`,
    );
    lines.push(
      `  audit log  read to ${agoText(row.auditlog_read_to, now)}; oldest event the source returns: ${row.oldest_event_at ? wholeSeconds(row.oldest_event_at) : "never"}`,
    );
    if (spans.length > 0) lines.push(`  a week     ${weekBars(spans, now, columns)}`);
    lines.push(...pullsText(report.coverage.filter((day) => day.org === org && day.stream === "pulls")));
    for (const gap of report.gaps.filter((each) => each.org === org)) lines.push(`  ${gapText(gap, now, paint)}`);
    const state = report.connections.find((each) => each.org === org);
    if (state) lines.push(...lastRunText(state, now, paint));
    lines.push(...listedText(row, report), "");
  }
  for (const state of report.connections.filter(({ org }) => !report.organizations.some((row) => row.org === org)))
    lines.push(paint.bold(state.org), "  nothing was loaded yet", ...lastRunText(state, now, paint), "");
  const { newest_load_at } = report.freshness;
  lines.push(
    newest_load_at === null
      ? `Nothing was ${report.organizations.length > 0 ? "read from Docker Hub" : "loaded"} yet.`
      : `Last load ${agoText(newest_load_at, now)}${report.organizations.length > 1 ? "; the organization that was read the longest ago counts" : ""}.`,
  );
  return `${lines.join("\n")}\n`;
}

/** The days that pull reports or exports of the usage page cover; nothing where there never were any. */
function pullsText(days: readonly Record<string, unknown>[]): string[] {
  const ends = days.map((day) => String(day.window_to)).sort();
  if (ends.length === 0) return [];
  const first = days.map((day) => String(day.window_from)).sort()[0];
  return [`  pulls      read to ${ends.at(-1)}; ${ends.length} days from ${first} on`];
}

/** Oldest to newest: full block for a week that was collected whole, half for a part of it, dot for none. */
function weekBars(spans: readonly Record<string, unknown>[], now: Date, columns: number): string {
  const assured = spans.filter((span) => span.assured === true);
  const begin = Math.min(...assured.map((span) => Date.parse(String(span.window_from))));
  if (!Number.isFinite(begin)) return "nothing that is certain to be whole";
  const weeks = Math.min(
    Math.max(4, Math.min(MOST_WEEKS, columns - AROUND_WEEKS)),
    Math.ceil((now.getTime() - begin) / WEEK_MS),
  );
  const bars = Array.from({ length: weeks }, (_, i) => {
    const to = now.getTime() - (weeks - 1 - i) * WEEK_MS;
    const share = coveredMs(assured, to - WEEK_MS, to) / (to - Math.max(begin, to - WEEK_MS));
    return share > 0.97 ? "█" : share > 0 ? "▄" : "·";
  });
  return `${bars.join("")} (${weeks} weeks to now)`;
}

function coveredMs(spans: readonly Record<string, unknown>[], from: number, to: number): number {
  const cut = spans
    .map(
      (span) =>
        [
          Math.max(from, Date.parse(String(span.window_from))),
          Math.min(to, Date.parse(String(span.window_to))),
        ] as const,
    )
    .filter(([a, b]) => a < b)
    .sort((a, b) => a[0] - b[0]);
  let covered = 0;
  let reached = from;
  for (const [a, b] of cut) {
    covered += Math.max(0, b - Math.max(a, reached));
    reached = Math.max(reached, b);
  }
  return covered;
}

/** What the lists lack, and what they and the log name that no rule does. */
function listedText(row: RowRecord, { unmapped_actions }: StatusReport): string[] {
  const lines: string[] = [];
  if (row.has_private_repositories === false)
    lines.push(
      "  repositories  no private one was listed: where there are any, they are missing without the scope Repository List",
    );
  const unmapped = unmapped_actions.filter(({ org }) => org === row.org);
  if (unmapped.length === 0) return lines;
  const named = unmapped.slice(0, MOST_NAMED).map(({ action, facts }) => printable(`${action} (${facts} facts)`));
  const more = unmapped.length - named.length;
  if (more > 0) named.push(`${more} more: docktally query "from unmapped_actions"`);
  return [...lines, `  new actions  which no rule names: ${named.join(", ")}`];
}

function whenLost(left: number, days: string): string {
  const when = left <= 0 ? "now" : left === 1 ? "in 1 day" : `in ${left} days`;
  return `${when} ${days.replace(/\.0$/, "")} uncollected days are lost`;
}

/** The last run, and where it failed which stream and what to do. */
function lastRunText(
  { last_run }: ConnectionState,
  now: Date,
  paint: ReturnType<typeof picocolors.createColors>,
): string[] {
  if (last_run === null) return ["  last run   never: run docktally sync"];
  const { status, started_at, message, run_id } = last_run;
  if (status === "ok") return [`  last run   ok ${agoText(started_at, now)}`];
  const failed = `  last run   ${wholeSeconds(started_at)} ${status} (${run_id})`;
  return [paint.red(`${failed}: ${printable(message ?? "")} (that was ${ago(started_at, now)})`)];
}

function gapText(gap: Gap, now: Date, paint: ReturnType<typeof picocolors.createColors>): string {
  const days = ((Date.parse(gap.to) - Date.parse(gap.from)) / 86_400_000).toFixed(1);
  const span = `${gap.from} to ${gap.to} (${days} days)`;
  if (gap.lost_on === null) {
    const next = "run docktally sync, or docktally import pulls with an export of the usage page";
    return paint.yellow(`gap        ${span}: no pull reports; ${next}`);
  }
  if (gap.lost) return paint.red(`lost       ${span}: the source no longer holds it (since ${gap.lost_on})`);
  const left = Math.ceil((Date.parse(gap.lost_on) - now.getTime()) / 86_400_000);
  return paint.yellow(`gap        ${span}: ${whenLost(left, days)} (${gap.lost_on}); run docktally sync`);
}
