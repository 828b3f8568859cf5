import picocolors from "picocolors";
import { RECOMMENDATION_WORDS, STATUS_WORDS } from "../../load/seeds.ts";
import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { onlyColumns, withColumnsOf } from "./columns.ts";
import { conclusionOf } from "./conclusion.ts";
import { decisionsText } from "./decisions-text.ts";
import type { LicenseVerdicts } from "./license-document.ts";
import { licenseTotals } from "./license-totals.ts";
import { isoTimestamp } from "./plain-text.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";
import type { Screen } from "./render.ts";
import { type Paint, type TableOptions, toTable, visible } from "./table.ts";
import { fitsWhole } from "./table-fit.ts";
import { wrapText } from "./wrap.ts";

/** Words that take less room, on a terminal only; the legend says what they stand for. */
const SHORT: Readonly<Record<string, string>> = {
  never_active: "never",
  pending_invite: "invited",
  cancel_invite: "cancel",
  service_account: "service",
};

/** What gives way on a narrow screen, the first first; who it is, the status and the to-do stay. */
const GIVES_WAY = ["manager", "department", "decision", "type", "last_active", "protected", "conf", "days", "saving"];

/** Columns that are shown only where a seat has a value. */
const WHERE_KNOWN = ["department", "manager", "decision"];

const STATUS_COLORS: Readonly<Record<string, keyof Paint>> = {
  active: "green",
  new: "cyan",
  idle: "yellow",
  never_active: "yellow",
  pending_invite: "magenta",
  no_data: "gray",
};
const TODO_COLORS: Readonly<Record<string, keyof Paint>> = {
  reclaim: "red",
  cancel_invite: "magenta",
  review: "yellow",
  collect: "cyan",
};
const COLORS: NonNullable<TableOptions["colors"]> = {
  status: (text, paint) => painted(text, STATUS_COLORS, paint),
  todo: (text, paint) => painted(text, TODO_COLORS, paint),
};

/** The license report on a terminal: the conclusion, `shown` of the seats, the totals, and what the words mean. */
export function licensesTable(verdicts: LicenseVerdicts, shown: QueryRows, screen: Screen): string {
  const paint = picocolors.createColors(screen.color);
  const { summary, seats, every = seats, decisions } = verdicts;
  const wrapped = (text: string) => wrapText(text, screen.columns);
  const conclusion = conclusionOf(summary, every).map(({ org, text }, i) =>
    wrapped(i === 0 ? paint.bold(spoken(org, text)) : spoken(org, text)),
  );
  const { rows, hidden } = seatsOn(shown, screen);
  const isPart = shown.rows.length < seats.rows.length;
  const part = isPart ? [wrapped(`${shown.rows.length} of ${seats.rows.length} seats, by what was asked for:`)] : [];
  const decided = decisionsText(decisions, summary);
  const options = { columns: screen.columns, color: screen.color };
  const parts = [
    ...(conclusion.length > 0 ? [`${conclusion.join("\n")}\n`] : []),
    [...part, toTable(rows, { ...options, colors: COLORS, headings: screen.isTerminal })].join("\n"),
    ...licenseTotals(summary).map((table) => toTable(table, options)),
    `${[...(decided === null ? [] : [decided]), judgedText(verdicts), ...legend(shown, screen), ...hidden].map(wrapped).join("\n")}\n`,
  ];
  return parts.join("\n");
}

/** The table of the seats with these columns, or with every column. */
export function seatColumns(
  seats: QueryRows,
  screen: Screen,
  { columns, wide }: { readonly columns?: readonly string[] | undefined; readonly wide?: boolean | undefined },
): string {
  const all = withColumnsOf(shortRows(seats), seats);
  const rows = columns === undefined ? seats : onlyColumns(all, columns);
  return toTable(rows, { columns: wide ? Number.POSITIVE_INFINITY : screen.columns, color: screen.color });
}

const spoken = (org: string | null, text: string) => (org === null ? text : `${visible(org)}: ${text}`);

function painted(text: string, colors: Readonly<Record<string, keyof Paint>>, paint: Paint): string {
  const word = Object.keys(SHORT).find((long) => SHORT[long] === text && long in colors) ?? text;
  const color = Object.hasOwn(colors, word) ? (paint[colors[word]!] as (text: string) => string) : null;
  return color ? color(text) : text;
}

/** What a table shows of the seats, under the names that it gives them. */
function shortRows(seats: QueryRows): QueryRows {
  const column = (name: string, type: Column["type"] = "text"): Column => ({ name, type });
  const columns = [
    ...["org", "seat", "type", "status"].map((name) => column(name)),
    ...[column("last_active", "date"), column("days", "number")],
    ...["conf", "protected", "todo"].map((name) => column(name)),
    column("saving", "number"),
  ];
  const records = toRecords(seats);
  const known = WHERE_KNOWN.filter((name) => records.some((row) => textOf(row[name]) !== ""));
  const rows = records.map((row) => [
    row.org,
    row.username ?? row.email,
    row.seat_type,
    row.status,
    textOf(row.last_activity_at).slice(0, 10) || null,
    row.days_since_activity,
    row.confidence,
    row.protected_reason,
    row.recommendation,
    row.saving_year,
    ...known.map((name) => row[name]),
  ]);
  return { columns: [...columns, ...known.map((name) => column(name))], rows };
}

/** The seats as wide as the screen is: short words first, then fewer columns. */
function seatsOn(seats: QueryRows, screen: Screen): { rows: QueryRows; hidden: string[] } {
  const whole = shortRows(seats);
  if (!screen.isTerminal) return { rows: whole, hidden: [] };
  const names = whole.columns.map(({ name }) => name);
  const gone: string[] = [];
  let rows = shortened(whole);
  for (const name of GIVES_WAY.filter((each) => names.includes(each))) {
    if (fits(rows, screen.columns)) break;
    gone.push(name);
    rows = onlyColumns(
      rows,
      rows.columns.map((column) => column.name).filter((each) => each !== name),
    );
  }
  if (gone.length === 0) return { rows, hidden: [] };
  return { rows, hidden: [`Not shown on ${screen.columns} columns: ${gone.join(", ")} (--columns, --wide).`] };
}

function shortened({ columns, rows }: QueryRows): QueryRows {
  const at = new Set(["status", "todo", "protected"].map((name) => columns.findIndex((each) => each.name === name)));
  const short = (value: unknown) => SHORT[String(value)] ?? value;
  return { columns, rows: rows.map((row) => row.map((value, i) => (at.has(i) ? short(value) : value))) };
}

/** Whether the rows without their organization, which has its heading, fit one line each. */
function fits({ columns, rows }: QueryRows, width: number): boolean {
  const others = columns.map((_, i) => i).filter((i) => columns[i]!.name !== "org");
  const header = others.map((i) => columns[i]!.name);
  const body = rows.map((row) => others.map((i) => visible(textOf(row[i] ?? "–"))));
  return fitsWhole({ types: others.map((i) => columns[i]!.type), header, body }, width);
}

function judgedText({ as_of, summary }: LicenseVerdicts): string {
  const days = [...new Set(toRecords(summary).map(({ threshold_days }) => textOf(threshold_days)))].filter(Boolean);
  const at =
    as_of === null
      ? ""
      : isoTimestamp(as_of)
          .replace("T", " ")
          .replace(/:\d\d(\.\d+)?Z$/, " UTC");
  return as_of === null
    ? "Nothing was loaded yet: docktally sync."
    : `As of ${at}. Idle is whoever did nothing for ${days.sort((a, b) => Number(a) - Number(b)).join(" or ")} days (the threshold). days: since the last activity. saving: a year, from the next renewal on. Below the seats: cost a month, and savings a year by confidence, which are not added up.`;
}

/** What the words mean that stand in these rows. */
function legend(seats: QueryRows, { isTerminal }: Screen): string[] {
  const records = toRecords(seats);
  const seen = (column: string) => new Set(records.map((row: RowRecord) => textOf(row[column])));
  const [statuses, todos] = [seen("status"), seen("recommendation")];
  const words = [
    ...STATUS_WORDS.filter(({ word }) => statuses.has(word)),
    ...RECOMMENDATION_WORDS.filter(({ word }) => todos.has(word)),
  ].map(({ word, meaning }) => [isTerminal ? (SHORT[word] ?? word) : word, word, meaning] as const);
  const width = Math.max(0, ...words.map(([shown]) => shown.length));
  return words.map(
    ([shown, word, meaning]) => `  ${shown.padEnd(width)}  ${shown === word ? "" : `(${word}) `}${meaning}`,
  );
}
