import { type Bar, type Chart, horizontalBars } from "./html-charts.ts";
import { figureBlock } from "./html-figures.ts";
import { dayOf, escapeHtml, figure, figureText, isolated, MISSING, momentText } from "./html-text.ts";
import { activityChart, trendChart } from "./html-weeks.ts";
import { labelOf, STATUSES } from "./labels.ts";
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
  const asOf = textOf(summary.as_of);
  const charts = await Promise.all([
    statusChart(parts),
    idleChart(parts),
    trendChart(parts.trend, asOf),
    activityChart(parts.activity, asOf),
  ]);
  const plan = textOf(summary.plan) === "" ? "" : `Plan ${isolated(summary.plan)}. `;
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${isolated(summary.org)}</h2>
<p class="note">${plan}As of ${momentText(summary.as_of)}. A seat is idle after ${textOf(summary.threshold_days)} days without activity;
the audit log is known for ${textOf(summary.observed_days)} of them.</p>
${headline(parts)}
<div class="charts">${charts.filter((chart) => chart !== "").join("\n")}</div>
</section>`;
}

/** Six tiles of savings and six of seats: as many as fill two, three or six in a row. */
function headline(parts: OrgParts): string {
  const { summary, seats } = parts;
  const from = seats.map((seat) => dayOf(seat.saving_effective_date)).find((day) => day !== null);
  const start = from === undefined || from === null ? "" : `, from ${from} on (the next renewal)`;
  const unpriced = numberOf(summary.price_per_seat_month) === null ? " No price is configured." : "";
  return `<h3>Possible savings a year${escapeHtml(start)}</h3>
<p class="note">The surest first; by how sure it is, and not to be added up.${unpriced}</p>
<dl class="tiles">
${savingTiles(parts).join("\n")}
</dl>
<h3>Seats and what they cost</h3>
<dl class="tiles">
${seatTiles(parts).join("\n")}
</dl>
${renewalText(summary)}`;
}

/** How many seats to buy when the plan is renewed, by how sure the ones are that go. */
function renewalText(summary: RowRecord): string {
  const [high, medium, low] = ["high", "medium", "low"].map((level) => numberOf(summary[`seats_at_renewal_${level}`]));
  if (high === null || high === undefined) return "";
  const less = [
    ["medium", medium],
    ["low", low],
  ].flatMap(([level, count]) =>
    count === high || count === null ? [] : [`${figureText("", count, "")} if those of ${level} confidence go, too`],
  );
  return `<p class="note">To buy at the renewal: <b>${seatsText(high)}</b>${less.length === 0 ? "" : `; ${less.join(", ")}`}.</p>`;
}

interface Tile {
  readonly name: string;
  readonly label: string;
  readonly note: string;
  readonly isWarning?: boolean;
}

function tile(summary: RowRecord, { name, label, note, isWarning = false }: Tile): string {
  const value = figure(name, summary[name], textOf(summary.currency));
  return `<div class="tile${isWarning ? " warn" : ""}"><dt>${escapeHtml(label)}</dt><dd>${value}</dd><dd class="note">${escapeHtml(note)}</dd></div>`;
}

const seatsText = (count: number) => (count === 1 ? "1 seat" : `${figureText("", count, "")} seats`);

function savingTiles({ summary, seats }: OrgParts): string[] {
  const idle = (confidence: string) =>
    seats.filter(
      (seat) =>
        seat.confidence === confidence &&
        (seat.status === "idle" || seat.status === "never_active") &&
        seat.recommendation !== "keep",
    ).length;
  const invites = seats.filter((seat) => seat.status === "pending_invite" && seat.recommendation !== "keep").length;
  const spare = numberOf(summary.seats_spare);
  const ask = (confidence: string) => `${seatsText(idle(confidence))} to ask about`;
  const open = invites === 1 ? "1 is open too long" : `${invites} are open too long`;
  return [
    { name: "saving_year_spare", label: "Never assigned", note: spare === null ? MISSING : seatsText(spare) },
    { name: "saving_year_high", label: "High confidence", note: `${seatsText(idle("high"))} can go now` },
    { name: "saving_year_medium", label: "Medium confidence", note: ask("medium") },
    { name: "saving_year_low", label: "Low confidence", note: ask("low") },
    { name: "saving_year_invites", label: "Open invitations", note: open },
    { name: "saving_realized_year", label: "Saved already", note: "by seats given up" },
  ].map((each) => tile(summary, each));
}

function seatTiles({ summary }: OrgParts): string[] {
  const [bought, assigned, active] = ["seats_purchased", "seats_assigned", "active"].map((name) =>
    numberOf(summary[name]),
  );
  const over = numberOf(summary.seats_over_assigned) ?? 0;
  const of = (count: number | null | undefined, what: string) => `${figureText("", count ?? null, "")} ${what}`;
  const paid = bought === null ? of(assigned, "assigned") : of(bought, "bought");
  const spare: Tile = { name: "seats_spare", label: "Seats spare", note: "bought, not assigned" };
  const beyond: Tile = {
    name: "seats_over_assigned",
    label: "Seats over-assigned",
    note: "assigned, not bought",
    isWarning: true,
  };
  const tiles: Tile[] = [
    { name: "seats_purchased", label: "Seats bought", note: bought === null ? "not configured" : "as configured" },
    { name: "seats_assigned", label: "Seats assigned", note: "invitations included" },
    over > 0 ? beyond : spare,
    { name: "utilization", label: "Utilization", note: `${of(active, "active")} of ${of(assigned, "assigned")}` },
    { name: "cost_month", label: "Cost a month", note: `for ${paid}` },
    {
      name: "cost_per_active_seat",
      label: "Cost of an active seat",
      note: `a month: ${paid} ÷ ${of(active, "active")}`,
    },
  ];
  return tiles.map((each) => tile(summary, each));
}

async function statusChart({ summary }: OrgParts): Promise<string> {
  const title = "Seats by status";
  const counts = STATUSES.map((status) => [labelOf(status), status, numberOf(summary[status]) ?? 0] as const);
  const chart: Chart = {
    bars: counts.map(([at, , value]) => ({ at, part: at, value })),
    places: counts.map(([at]) => at),
    parts: counts.map(([at, status]) => [at, status]),
    alternative: `${title}: ${counts.map(([at, , value]) => `${at} ${value}`).join(", ")}.`,
  };
  return figureBlock(chart, await horizontalBars(chart), { title });
}

const AGES = [7, 14, 30, 60, 90, 180, 365] as const;
const ageLabels = [...AGES.map((to, i) => `${i === 0 ? 0 : AGES[i - 1]! + 1} to ${to}`), "over 365", "none on record"];

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
  const note = `How many seats; idle begins after ${textOf(summary.threshold_days) || MISSING} days.`;
  return figureBlock(chart, await horizontalBars(chart), { title, note, hasLegend: true });
}
