import { type Bar, type Chart, horizontalBars, verticalBars } from "./html-charts.ts";
import { dayOf, escapeHtml, figure, figureText, isolated, MISSING, momentText } from "./html-text.ts";
import { labelOf, SAVINGS, STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

/** What the page holds of one organization. */
export interface OrgParts {
  readonly summary: RowRecord;
  readonly seats: readonly RowRecord[];
  readonly trend: readonly RowRecord[];
  readonly activity: readonly RowRecord[];
}

/** One organization: its headline figures and its charts. */
export async function orgSection(parts: OrgParts, id: string): Promise<string> {
  const { summary } = parts;
  const charts = await Promise.all([
    statusChart(parts),
    savingsChart(parts),
    idleChart(parts),
    trendChart(parts),
    activityChart(parts),
  ]);
  const plan = summary.plan === null || summary.plan === undefined ? "" : `Plan ${isolated(summary.plan)}. `;
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${isolated(summary.org)}</h2>
<p class="note">${plan}As of ${momentText(summary.as_of)}. A seat is idle after ${textOf(summary.threshold_days)} days without activity;
the audit log is known for ${textOf(summary.observed_days)} of them.</p>
${headline(parts)}
<div class="charts">${charts.join("\n")}</div>
</section>`;
}

const HEADLINE = [
  "seats_purchased",
  "seats_assigned",
  "seats_spare",
  "seats_over_assigned",
  "utilization",
  "cost_month",
  "cost_per_active_seat",
  "saving_realized_year",
];

function headline({ summary, seats }: OrgParts): string {
  const currency = textOf(summary.currency);
  const card = (name: string, label: string, extra = "") =>
    `<div class="card${extra}"><dt>${escapeHtml(label)}</dt><dd>${figure(name, summary[name], currency)}</dd></div>`;
  const shown = HEADLINE.filter((name) => name !== "seats_over_assigned" || (numberOf(summary[name]) ?? 0) > 0);
  const from = seats.map((seat) => dayOf(seat.saving_effective_date)).find((day) => day !== null);
  const start = from === undefined || from === null ? "" : `, from ${from} on (the next renewal)`;
  return `<dl class="cards">
${shown.map((name) => card(name, labelOf(name), name === "seats_over_assigned" ? " warn" : "")).join("\n")}
</dl>
<h3>Possible savings a year${escapeHtml(start)}</h3>
<p class="note">By how sure it is; these figures are not to be added up.</p>
<dl class="cards">
${SAVINGS.map(([name, label]) => card(name, label)).join("\n")}
</dl>`;
}

interface FigureWords {
  readonly title: string;
  readonly note?: string;
  readonly hasLegend?: boolean;
}

function figureBlock(chart: Chart, svg: string, { title, note = "", hasLegend = false }: FigureWords): string {
  const swatches = chart.parts.map(
    ([part, color]) => `<li><span class="swatch s-${color}"></span>${escapeHtml(labelOf(part))}</li>`,
  );
  const key = hasLegend ? `<ul class="legend">${swatches.join("")}</ul>` : "";
  const small = note === "" ? "" : `<p class="note">${escapeHtml(note)}</p>`;
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>${small}${svg}${key}${figuresOf(chart, title)}</figure>`;
}

/** The chart's figures as a table, for those who cannot see it or want to read it exactly. */
function figuresOf({ bars, places, parts }: Chart, title: string): string {
  const values = new Map(bars.map((bar) => [JSON.stringify([bar.at, bar.part]), bar.value]));
  const simple = parts.every(([part]) => places.includes(part));
  const heads = simple ? ["Value"] : parts.map(([part]) => labelOf(part));
  const cells = (at: string) =>
    (simple ? [at] : parts.map(([part]) => part)).map((part) => {
      const value = values.get(JSON.stringify([at, part])) ?? 0;
      return `<td class="number">${figureText("", value, "")}</td>`;
    });
  const rows = places.map((at) => `<tr><th scope="row">${escapeHtml(at)}</th>${cells(at).join("")}</tr>`);
  return `<details class="figures"><summary>Figures</summary><div class="scroll" role="region" tabindex="0" aria-label="Figures: ${escapeHtml(title)}"><table>
<caption class="unseen">${escapeHtml(title)}</caption><thead><tr><td></td>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join("")}</tr></thead>
<tbody>${rows.join("")}</tbody></table></div></details>`;
}

function nothing(title: string, why: string): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><p class="note">${escapeHtml(why)}</p></figure>`;
}

async function statusChart({ summary }: OrgParts): Promise<string> {
  const title = "Seats by status";
  const counts = STATUSES.map((status) => [labelOf(status), status, numberOf(summary[status]) ?? 0] as const);
  const chart: Chart = {
    bars: counts.map(([at, , value]) => ({ at, part: at, value })),
    places: counts.map(([at]) => at),
    parts: counts.map(([at, status]) => [at, status]),
    ends: Object.fromEntries(counts.map(([at, , value]) => [at, figureText("", value, "")])),
    alternative: `${title}: ${counts.map(([at, , value]) => `${at} ${value}`).join(", ")}.`,
  };
  return figureBlock(chart, await horizontalBars(chart), { title });
}

async function savingsChart({ summary }: OrgParts): Promise<string> {
  const title = "Possible savings a year, by confidence";
  if (SAVINGS.every(([name]) => numberOf(summary[name]) === null)) return nothing(title, "No price is configured.");
  const currency = textOf(summary.currency);
  const values = SAVINGS.map(([name, label]) => [label, name, numberOf(summary[name]) ?? 0] as const);
  const chart: Chart = {
    bars: values.map(([at, , value]) => ({ at, part: at, value })),
    places: values.map(([at]) => at),
    parts: values.map(([at, name]) => [at, name]),
    ends: Object.fromEntries(values.map(([at, name, value]) => [at, figureText(name, value, currency)])),
    alternative: `${title}: ${values.map(([at, name, value]) => `${at} ${figureText(name, value, currency)}`).join(", ")}.`,
  };
  return figureBlock(chart, await horizontalBars(chart), { title, note: "Each bar stands for itself." });
}

const AGES = [7, 14, 30, 60, 90, 180, 365] as const;
const ageLabels = [...AGES.map((to) => `≤${to}`), ">365", "none"];

async function idleChart({ seats, summary }: OrgParts): Promise<string> {
  const title = "Days since the last activity";
  const counts = new Map<string, number>();
  for (const seat of seats) {
    const days = numberOf(seat.days_since_activity);
    const bin = days === null ? ageLabels.length - 1 : AGES.findIndex((to) => days <= to);
    const key = JSON.stringify([ageLabels.at(days !== null && bin < 0 ? -2 : bin), textOf(seat.status)]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const bars = [...counts].map(([key, value]): Bar => {
    const [at, part] = JSON.parse(key) as [string, string];
    return { at, part, value };
  });
  const sums = ageLabels.map((at) => bars.filter((bar) => bar.at === at).reduce((sum, { value }) => sum + value, 0));
  const chart: Chart = {
    bars,
    places: ageLabels,
    parts: STATUSES.map((status) => [status, status]),
    alternative: `${title}, seats: ${ageLabels.map((at, i) => `${at} days ${sums[i]}`).join(", ")}.`,
  };
  const note = `Seats; “none”: no activity on record. The threshold is ${textOf(summary.threshold_days) || MISSING} days.`;
  return figureBlock(chart, await verticalBars(chart, "Seats"), { title, note, hasLegend: true });
}

async function trendChart({ trend }: OrgParts): Promise<string> {
  const title = "Seats by status, week by week";
  if (trend.length === 0) return nothing(title, "There is no history yet.");
  const bars = trend.map((row) => ({
    at: dayOf(row.week_end_date) ?? MISSING,
    part: textOf(row.status),
    value: numberOf(row.seats) ?? 0,
  }));
  const places = [...new Set(bars.map(({ at }) => at))].sort();
  const told = (at: string) =>
    bars.filter((bar) => bar.at === at && bar.value > 0).map(({ part, value }) => `${labelOf(part)} ${value}`);
  const chart: Chart = {
    bars,
    places,
    parts: STATUSES.map((status) => [status, status]),
    alternative: `${title}: ${[...new Set([places[0]!, places.at(-1)!])].map((at) => `week to ${at}: ${told(at).join(", ")}`).join("; ")}.`,
  };
  const note = "By the last day of the week.";
  return figureBlock(chart, await verticalBars(chart, "Seats"), { title, note, hasLegend: true });
}

/** No more kinds than colours that can be told apart; the rest is shown as one. */
const MOST_KINDS = 6;

async function activityChart({ activity }: OrgParts): Promise<string> {
  const title = "Activity, week by week";
  if (activity.length === 0) return nothing(title, "No activity was collected.");
  const totals = new Map<string, number>();
  for (const row of activity) {
    const category = textOf(row.category);
    totals.set(category, (totals.get(category) ?? 0) + (numberOf(row.facts) ?? 0));
  }
  const kinds = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([category]) => category);
  const kept = kinds.length > MOST_KINDS ? kinds.slice(0, MOST_KINDS - 1) : kinds;
  const sums = new Map<string, number>();
  for (const row of activity) {
    const category = textOf(row.category);
    const key = JSON.stringify([dayOf(row.week_start_date), kept.includes(category) ? category : "other kinds"]);
    sums.set(key, (sums.get(key) ?? 0) + (numberOf(row.facts) ?? 0));
  }
  const bars = [...sums].map(([key, value]): Bar => {
    const [at, part] = JSON.parse(key) as [string, string];
    return { at, part, value };
  });
  const parts = kept.length < kinds.length ? [...kept, "other kinds"] : kept;
  const chart: Chart = {
    bars,
    places: [...new Set(bars.map(({ at }) => at))].sort(),
    parts: parts.map((part, i) => [part, `kind-${i}`]),
    alternative: `${title}: ${kinds.map((kind) => `${kind} ${totals.get(kind)}`).join(", ")}.`,
  };
  const note = "Facts by kind and the first day of the week; pushes, changes, sign-ins and what else was recorded.";
  return figureBlock(chart, await verticalBars(chart, "Facts"), { title, note, hasLegend: true });
}
