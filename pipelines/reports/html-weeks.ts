import { type Bar, type Chart, verticalBars } from "./html-charts.ts";
import { figureBlock, nothing } from "./html-figures.ts";
import { dayOf } from "./html-text.ts";
import { labelOf, STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

const DAY_MS = 86_400_000;
/** How many weeks are drawn; the table of figures has all. */
const WEEKS = 13;
const HISTORY_DAYS = 182;

/** Whether the week (Monday to Sunday) of this day was over at the report's moment. */
export function isWeekOver(day: string, asOf: string): boolean {
  const at = Date.parse(day);
  const monday = at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS;
  return Date.parse(asOf) >= monday + 7 * DAY_MS;
}

const month = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });
const placeOf = (day: string) => `${new Date(day).getUTCDate()} ${month.format(new Date(day))}`;

function lastWeeks(bars: readonly Bar[], asOf: string) {
  const days = [...new Set(bars.map(({ at }) => at))].sort();
  const drawn = days.slice(-WEEKS);
  return {
    days,
    places: drawn.map(placeOf),
    bars: bars.filter(({ at }) => drawn.includes(at)).map((bar) => ({ ...bar, at: placeOf(bar.at) })),
    unfinished: new Set(drawn.filter((day) => !isWeekOver(day, asOf)).map(placeOf)),
  };
}

const notOver = (unfinished: ReadonlySet<string>) =>
  unfinished.size === 0 ? "" : ` The pale bar is the current week, which is not over.`;

/** Seats by status, week by week; none where there is no more than one week. */
export async function trendChart(trend: readonly RowRecord[], asOf: string): Promise<string> {
  const title = "Seats by status, week by week";
  const all = trend.map((row) => ({
    at: dayOf(row.week_end_date) ?? "",
    part: textOf(row.status),
    value: numberOf(row.seats) ?? 0,
  }));
  const { days, ...weeks } = lastWeeks(all, asOf);
  if (days.length < 2) return "";
  const told = (at: string) =>
    all.filter((bar) => bar.at === at && bar.value > 0).map(({ part, value }) => `${labelOf(part)} ${value}`);
  const parts = STATUSES.map((status) => [status, status] as const);
  const alternative = `${title}: ${[days[0]!, days.at(-1)!].map((at) => `week to ${at}: ${told(at).join(", ")}`).join("; ")}.`;
  const chart: Chart = { ...weeks, parts, alternative };
  const note = `By the last day of the week.${notOver(weeks.unfinished)}`;
  const table = { ...chart, places: days, bars: all };
  return figureBlock(chart, await verticalBars(chart), { title, note, hasLegend: true, table });
}

/** Facts week by week; their kinds stand in the table of figures. */
export async function activityChart(activity: readonly RowRecord[], asOf: string): Promise<string> {
  const title = "Activity, week by week";
  if (activity.length === 0) return nothing(title, "No activity was collected.");
  const first = new Date(Date.parse(asOf) - HISTORY_DAYS * DAY_MS).toISOString().slice(0, 10);
  const all = activity
    .map((row) => ({
      at: dayOf(row.week_start_date) ?? "",
      part: textOf(row.category),
      value: numberOf(row.facts) ?? 0,
    }))
    // the history's first week is seldom whole
    .filter(({ at }) => at >= first);
  const totals = new Map<string, number>();
  for (const { part, value } of all) totals.set(part, (totals.get(part) ?? 0) + value);
  const kinds = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([kind]) => kind);
  const sums = new Map<string, number>();
  for (const { at, value } of all) sums.set(at, (sums.get(at) ?? 0) + value);
  const { days, ...weeks } = lastWeeks(
    [...sums].map(([at, value]) => ({ at, part: "facts", value })),
    asOf,
  );
  const alternative = `${title}: ${kinds.map((kind) => `${labelOf(kind)} ${totals.get(kind)}`).join(", ")}.`;
  const chart: Chart = { ...weeks, parts: [["facts", "facts"]], alternative };
  const note = `Everything that was recorded (pushes, changes, sign-ins), by the first day of the week; its kinds are in the figures.${notOver(weeks.unfinished)}`;
  const table: Chart = { ...chart, places: days, bars: all, parts: kinds.map((kind) => [kind, "facts"]) };
  return figureBlock(chart, await verticalBars(chart), { title, note, table });
}
