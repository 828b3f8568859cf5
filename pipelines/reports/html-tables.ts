import { teamsOf } from "./html-seats.ts";
import { dayOf, escapeHtml, figureText, isolated, MISSING, momentText } from "./html-text.ts";
import { labelOf, STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

/** A cell of a table: HTML, and whether it is a figure. */
type Cell = readonly [html: string, isNumber?: boolean];
interface Table {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly heads: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
  /** HTML below the table. */
  readonly below?: string;
}

/** A table under a heading of its own; nothing where it has no rows. It scrolls sideways where the page is narrow. */
function tableSection({ id, title, caption, heads, rows, below = "" }: Table): string {
  if (rows.length === 0) return "";
  const open = (tag: string, scope: string, isNumber: boolean) =>
    `<${tag}${scope === "" ? "" : ` scope="${scope}"`}${isNumber ? ' class="number"' : ""}>`;
  const head = heads.map(([html, isNumber = false]) => `${open("th", "col", isNumber)}${html}</th>`);
  const body = rows.map((row) => {
    const cells = row.map(([html, isNumber = false], i) =>
      i === 0 ? `<th scope="row">${html}</th>` : `${open("td", "", isNumber)}${html}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(title)}</h2>
<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>${below}</section>`;
}

const word = (text: string): Cell => [escapeHtml(text)];
const number = (text: string): Cell => [escapeHtml(text), true];

const LEVELS = [
  ["saving_year_high", "high confidence"],
  ["saving_year_medium", "medium confidence"],
  ["saving_year_low", "low confidence"],
] as const;

/** Each threshold beside the report's own: how many seats are idle, what they would save, and what differs. */
export function whatIfTable(whatIf: readonly RowRecord[], summary: readonly RowRecord[]): string {
  const rows = summary.flatMap((own) => {
    const asked = whatIf.filter(({ org, threshold_days }) => org === own.org && threshold_days !== own.threshold_days);
    if (!whatIf.some(({ org }) => org === own.org)) return [];
    const days = (row: RowRecord) => numberOf(row.threshold_days) ?? 0;
    return [own, ...asked].sort((a, b) => days(a) - days(b)).map((row) => whatIfRow(row, own));
  });
  return tableSection({
    id: "what-if",
    title: "What if: other thresholds",
    caption: "What another threshold would say; the differences are to this report's own threshold",
    heads: [
      word("Organization"),
      number("Threshold (days)"),
      ...["Idle", "Never used", ...LEVELS.map(([, level]) => `Saving a year, ${level}`)].flatMap((label) => [
        number(label),
        number("Difference"),
      ]),
    ],
    rows,
  });
}

function whatIfRow(row: RowRecord, own: RowRecord): Cell[] {
  const currency = textOf(own.currency);
  const pair = (name: string): Cell[] => {
    const [value, base] = [numberOf(row[name]), numberOf(own[name])];
    const difference = value === null || base === null ? null : value - base;
    const sign = difference !== null && difference > 0 ? "+" : "";
    const told = row === own ? MISSING : `${sign}${figureText(name, difference, currency).replace("-", "−")}`;
    return [number(figureText(name, value, currency)), number(told)];
  };
  const names = ["idle", "never_active", ...LEVELS.map(([name]) => name)];
  const own_note = row === own ? " (this report)" : "";
  return [[isolated(row.org)], number(`${figureText("", row.threshold_days, "")}${own_note}`), ...names.flatMap(pair)];
}

/** Seats by team; who is in two teams is counted in both. What is wasted stands apart by how sure that is. */
export function teamsTable(seats: readonly RowRecord[], summary: readonly RowRecord[]): string {
  const wasted = ["high", "medium", "low"];
  const rows = summary.flatMap(({ org, currency }) => {
    const own = seats.filter((seat) => seat.org === org);
    const teams = new Map<string, RowRecord[]>();
    for (const seat of own) for (const team of teamNames(seat)) teams.set(team, [...(teams.get(team) ?? []), seat]);
    return [...teams]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([team, members]): Cell[] => [
        [isolated(team)],
        [isolated(org)],
        number(String(members.length)),
        ...STATUSES.map((status) => number(String(members.filter((seat) => seat.status === status).length))),
        ...wasted.map((level) => {
          const some = members.filter((seat) => seat.status !== "pending_invite" && seat.confidence === level);
          return number(wastedText(some, textOf(currency)));
        }),
        number(
          wastedText(
            members.filter(({ status }) => status === "pending_invite"),
            textOf(currency),
          ),
        ),
      ]);
  });
  return tableSection({
    id: "teams",
    title: "Teams",
    caption: "Seats by team, and what is wasted a month by how sure that is; who is in two teams is counted in both",
    heads: [
      word("Team"),
      word("Organization"),
      number("Seats"),
      ...STATUSES.map((status) => number(labelOf(status))),
      ...wasted.map((level) => number(`Wasted a month, ${level} confidence`)),
      number("Wasted a month, invitations"),
    ],
    rows,
  });
}

function teamNames(seat: RowRecord): string[] {
  const names = teamsOf(seat);
  return names.length === 0 ? ["(no team)"] : names;
}

function wastedText(seats: readonly RowRecord[], currency: string): string {
  if (seats.length > 0 && seats.every((seat) => numberOf(seat.wasted_month) === null)) return MISSING;
  const sum = seats.reduce((total, seat) => total + (numberOf(seat.wasted_month) ?? 0), 0);
  return figureText("wasted_month", sum, currency);
}

/** What became of each decision; nothing where none was made. */
export function decisionsTable(decisions: readonly RowRecord[], summary: readonly RowRecord[]): string {
  const currencies = new Map(summary.map(({ org, currency }) => [textOf(org), textOf(currency)]));
  return tableSection({
    id: "decisions",
    title: "Decisions",
    caption: "What became of each decision",
    heads: [word("Seat"), word("Organization"), word("Decision"), word("What became of it"), number("Saved a year")],
    rows: decisions.map((row): Cell[] => [
      [isolated(textOf(row.username) || textOf(row.email))],
      [isolated(row.org)],
      word(labelOf(textOf(row.decision))),
      word(labelOf(textOf(row.outcome))),
      number(figureText("saving_realized_year", row.saving_realized_year, currencies.get(textOf(row.org)) ?? "")),
    ]),
  });
}

/** One line an organization: what was read of it, and what is missing; the stretches that are missing are named below. */
export function coverageTable(
  coverage: readonly RowRecord[],
  seats: readonly RowRecord[],
  summary: readonly RowRecord[],
) {
  const streams = [...new Set(coverage.map(({ stream }) => textOf(stream)))].sort();
  const isGap = ({ note }: RowRecord) => /^(lost|not collected)/.test(textOf(note));
  const rows = summary.map((own): Cell[] => {
    const sources = new Set(
      seats
        .filter(({ org }) => org === own.org)
        .flatMap(({ sources_observed: all }) => (Array.isArray(all) ? all.map(textOf) : [])),
    );
    return [
      [isolated(own.org)],
      number(`${figureText("", own.observed_days, "")} of ${figureText("", own.threshold_days, "")}`),
      word([...sources].sort().map(sourceLabel).join(", ") || "none"),
      ...streams.map(
        (stream): Cell => [
          escapeHtml(
            readText(
              coverage.filter((row) => row.org === own.org && row.stream === stream),
              isGap,
            ),
          ),
        ],
      ),
    ];
  });
  const gaps = coverage
    .filter(isGap)
    .map(
      (row) =>
        `<li>${isolated(row.org)}, ${escapeHtml(sourceLabel(textOf(row.stream)))}: ${momentText(row.from)} to ${momentText(row.to)}, ${escapeHtml(row.note)}</li>`,
    );
  const below =
    gaps.length === 0
      ? ""
      : `<details><summary>What is missing (${gaps.length})</summary><ul>${gaps.join("\n")}</ul></details>`;
  return tableSection({
    id: "coverage",
    title: "Coverage",
    caption: "What was read, and what was not",
    heads: [
      word("Organization"),
      number("Days known of the threshold"),
      word("Watched the whole threshold"),
      ...streams.map((stream) => word(`${sourceLabel(stream)}, read`)),
    ],
    rows,
    below,
  });
}

const SOURCES: ReadonlyMap<string, string> = new Map([
  ["auditlog", "Audit log"],
  ["member_insights", "Insights"],
  ["pulls", "Pulls"],
]);
const sourceLabel = (name: string) => SOURCES.get(name) ?? labelOf(name);

/** From when to when a stream was read, since when that is sure, and how many stretches are missing. */
function readText(rows: readonly RowRecord[], isGap: (row: RowRecord) => boolean): string {
  const read = rows.filter((row) => !isGap(row));
  if (read.length === 0) return "nothing";
  const days = (of: readonly RowRecord[], name: string) => of.map((row) => dayOf(row[name]) ?? "").sort();
  const sure = days(
    read.filter(({ assured }) => assured === true),
    "from",
  )[0];
  const missing = rows.length - read.length;
  const known = sure === undefined ? "nothing of it sure" : `sure since ${sure}`;
  return `${days(read, "from")[0]} to ${days(read, "to").at(-1)}, ${known}${missing === 0 ? "" : `, ${missing} missing`}`;
}
