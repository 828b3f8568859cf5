import { dayOf, escapeHtml } from "./html-text.ts";
import { labelOf, RECOMMENDATIONS, STATUSES } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

/** A column of the table that sorts and filters. */
interface SeatColumn {
  readonly name: string;
  readonly label: string;
  /** How the page shows and sorts it: a name with what is known of it, a coloured word, text or a number. */
  readonly kind: "who" | "word" | "text" | "number" | "money";
  readonly value: (seat: RowRecord) => string | number | null;
}

/** All words of a column in the order that they sort by. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  status: STATUSES,
  confidence: ["high", "medium", "low", "none"],
  recommendation: RECOMMENDATIONS,
};

/** The table of seats: controls, an empty body that the page's script fills, and the rows as JSON. */
export function seatsTable(seats: readonly RowRecord[]): string {
  const columns = seatColumns(seats);
  const heads = columns.map(
    ({ label, kind }, i) =>
      `<th scope="col" aria-sort="none"${kind === "number" || kind === "money" ? ' class="number"' : ""}><button type="button" data-column="${i}">${escapeHtml(label)}</button></th>`,
  );
  return `<section aria-labelledby="seats">
<h2 id="seats">Seats</h2>
<noscript><p class="warn">The table of seats needs JavaScript to be shown here. The CSV and XLSX formats hold the same rows.</p></noscript>
<form id="filters" class="filters" hidden>${controls(columns, seats)}</form>
<p id="count" class="note" role="status"></p>
<div class="scroll" role="region" tabindex="0" aria-label="Seats"><table id="seat-table" role="table">
<caption class="unseen">Seats, their status and what to do about them. The buttons in the header sort.</caption>
<thead role="rowgroup"><tr role="row">${heads.join("\n")}</tr></thead>
<tbody role="rowgroup"></tbody></table></div>
<p id="pages" class="pages" hidden><button type="button" id="previous">Previous</button> <span id="page"></span>
<button type="button" id="next">Next</button> <button type="button" id="all">Show all</button></p>
<script type="application/json" id="seat-data">${jsonText({
    columns: columns.map(({ name, label, kind }) => ({ name, label, kind, order: ORDERS[name] ?? null })),
    labels: labelsOf(seats),
    rows: seats.map((seat) => [...columns.map(({ value }) => value(seat)), details(seat), textOf(seat.currency)]),
  })}</script>
</section>`;
}

function seatColumns(seats: readonly RowRecord[]): SeatColumn[] {
  const text = (name: string, kind: SeatColumn["kind"] = "text", label = labelOf(name)): SeatColumn => ({
    name,
    label,
    kind,
    value: (seat) => textOf(seat[name]) || null,
  });
  const number = (name: string, kind: "number" | "money", label: string): SeatColumn => ({
    name,
    label,
    kind,
    value: (seat) => numberOf(seat[name]),
  });
  const has = (name: string) => seats.some((seat) => seat[name] !== null && seat[name] !== undefined);
  const several = new Set(seats.map(({ org }) => org)).size > 1;
  const day = {
    ...text("last_activity_at", "text", "Last activity"),
    value: (seat: RowRecord) => dayOf(seat.last_activity_at),
  };
  const teams = { ...text("teams"), value: (seat: RowRecord) => listText(seat.teams) || null };
  return [
    ...(several ? [text("org")] : []),
    {
      name: "seat",
      label: "Seat",
      kind: "who",
      value: (seat) => textOf(seat.username) || textOf(seat.email) || textOf(seat.member_key) || null,
    },
    text("status", "word"),
    text("confidence", "word"),
    text("recommendation", "word", "To do"),
    day,
    number("days_since_activity", "number", "Days"),
    ...(has("protected_reason") ? [text("protected_reason", "word")] : []),
    ...(seats.some((seat) => listText(seat.teams) !== "") ? [teams] : []),
    ...(has("department") ? [text("department")] : []),
    ...(has("wasted_month") ? [number("wasted_month", "money", "Wasted a month")] : []),
    text("status_reason"),
  ];
}

const listText = (value: unknown) => (Array.isArray(value) ? value.map(textOf).join(", ") : textOf(value));

/** What stands under the name in small letters. */
function details(seat: RowRecord): string {
  const email = textOf(seat.username) === "" ? "" : textOf(seat.email);
  const role = textOf(seat.role) || textOf(seat.seat_type);
  const manager = textOf(seat.manager) === "" ? "" : `manager: ${textOf(seat.manager)}`;
  return [textOf(seat.full_name), email, role, manager, protection(seat), decided(seat)]
    .filter((part) => part !== "")
    .join(" · ");
}

/** How long an exclusion or a decision holds, and why. */
function protection(seat: RowRecord): string {
  const [until, note] = [textOf(seat.protected_until), textOf(seat.protected_note)];
  if (until === "" && note === "") return "";
  return `${labelOf(textOf(seat.protected_reason)).toLowerCase()}${until === "" ? "" : ` until ${until}`}${note === "" ? "" : `: ${note}`}`;
}

function decided(seat: RowRecord): string {
  if (textOf(seat.decision) === "" || seat.protected_reason === "decided") return "";
  const by = textOf(seat.decision_by);
  return `decision: ${textOf(seat.decision)}${by === "" ? "" : ` by ${by}`}`;
}

function labelsOf(seats: readonly RowRecord[]): Record<string, string> {
  const words = seats.flatMap((seat) =>
    ["status", "confidence", "recommendation", "protected_reason"].map((name) => textOf(seat[name])),
  );
  return Object.fromEntries([...new Set(words)].filter((word) => word !== "").map((word) => [word, labelOf(word)]));
}

function controls(columns: readonly SeatColumn[], seats: readonly RowRecord[]): string {
  const select = ({ name, label, value }: SeatColumn, i: number) => {
    const words = [...new Set(seats.map(value))]
      .filter((word) => word !== null)
      .map(String)
      .sort();
    const known = ORDERS[name] ?? [];
    const sorted = [...known.filter((word) => words.includes(word)), ...words.filter((word) => !known.includes(word))];
    const options = sorted.map(
      (word) => `<option value="${escapeHtml(word)}">${escapeHtml(name === "org" ? word : labelOf(word))}</option>`,
    );
    return `<label>${escapeHtml(label)} <select data-filter="${i}"><option value="">all</option>${options.join("")}</select></label>`;
  };
  const filtered = ["org", "status", "confidence", "recommendation"];
  const selects = columns.flatMap((column, i) => (filtered.includes(column.name) ? [select(column, i)] : []));
  const sorts = columns.map(({ label }, i) => `<option value="${i}">${escapeHtml(label)}</option>`);
  return `<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
${selects.join("\n")}
<label class="narrow">Sort by <select id="sort"><option value="">as made</option>${sorts.join("")}</select></label>
<button type="reset">Reset</button>`;
}

/** JSON that cannot end the element it stands in. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
