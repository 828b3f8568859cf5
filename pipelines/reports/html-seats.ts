import { seatFilters } from "./html-filters.ts";
import { dayOf, escapeHtml, figureText, isolated, MISSING } from "./html-text.ts";
import { labelOf, RECOMMENDATIONS } from "./labels.ts";
import { numberOf, type RowRecord, textOf } from "./records.ts";

/** A column of the table that sorts and filters. */
export interface SeatColumn {
  readonly name: string;
  readonly label: string;
  readonly isNumber?: boolean;
  readonly html: (seat: RowRecord) => string;
}

/** The table of seats: all rows, what is to do first; the page's script filters, sorts and turns pages. */
export function seatsTable(seats: readonly RowRecord[]): string {
  const columns = seatColumns(seats);
  const heads = [{ name: "seat", label: "Seat" }, ...columns].map(
    (column) =>
      `<th scope="col" data-name="${column.name}"${"isNumber" in column && column.isNumber ? ' class="number"' : ""}>${escapeHtml(column.label)}</th>`,
  );
  const rows = inOrder(seats).map((seat) => seatRows(seat, columns));
  const toDo = seats.filter(({ recommendation }) => recommendation !== "keep").length;
  return `<section aria-labelledby="seats" class="seats">
<h2 id="seats">Seats</h2>
<form id="filters" class="filters" hidden>${seatFilters(columns, seats)}</form>
<p id="count" class="note" role="status">${seats.length} seats, ${toDo} with something to do; the largest saving first.</p>
<p id="empty" class="warn" hidden></p>
<div class="scroll" role="region" tabindex="0" aria-label="Table of seats"><table id="seat-table">
<caption class="unseen">Seats, what to do about them, what that saves and why; two rows a seat.</caption>
<thead><tr>${heads.join("\n")}</tr></thead>
${rows.join("\n")}
</table></div>
<p id="pages" class="pages" hidden><button type="button" id="previous">Previous</button> <span id="page"></span>
<button type="button" id="next">Next</button> <button type="button" id="all">Show all</button></p>
</section>`;
}

/** The largest saving first, and of those what is surest to be done. */
function inOrder(seats: readonly RowRecord[]): RowRecord[] {
  const place = (seat: RowRecord) => {
    const at = RECOMMENDATIONS.indexOf(textOf(seat.recommendation));
    return at < 0 ? RECOMMENDATIONS.length : at;
  };
  const saving = (seat: RowRecord) => numberOf(seat.saving_year) ?? 0;
  return seats.toSorted((a, b) => saving(b) - saving(a) || place(a) - place(b));
}

function seatRows(seat: RowRecord, columns: readonly SeatColumn[]): string {
  const cells = columns.map(
    ({ name, isNumber, html }) => `<td class="${isNumber ? "number " : ""}at-${name}">${html(seat)}</td>`,
  );
  const name = textOf(seat.username) || textOf(seat.email) || textOf(seat.member_key);
  const parts = [
    ["name", seat.full_name],
    ["mail", textOf(seat.username) === "" ? "" : seat.email],
    ["role", textOf(seat.role) || seat.seat_type],
  ] as const;
  const details = parts
    .filter(([, text]) => textOf(text) !== "")
    .map(([kind, text]) => `<bdi class="${kind}">${escapeHtml(text)}</bdi>`);
  return `<tbody><tr><th scope="rowgroup" rowspan="2">${isolated(name)}${details.join("")}</th>${cells.join("")}</tr>
<tr><td class="why" colspan="${columns.length}">${whyText(seat)}</td></tr></tbody>`;
}

/** The reason of the verdict, of the protection and of a decision, where there are any. */
function whyText(seat: RowRecord): string {
  const isExcluded = seat.protected_reason === "excluded";
  const reason = textOf(seat.protected_note) === "" ? "" : `: ${isolated(seat.protected_note)}`;
  const until = (day: unknown) => (dayOf(day) === null ? "" : ` until ${dayOf(day)}`);
  const by = textOf(seat.decision_by) === "" ? "" : ` by ${isolated(seat.decision_by)}`;
  const note = textOf(seat.decision_note) === "" ? "" : `: ${isolated(seat.decision_note)}`;
  const parts = [
    isolated(seat.status_reason),
    isExcluded ? `Excluded${until(seat.protected_until)}${reason}.` : "",
    textOf(seat.decision) === ""
      ? ""
      : `Decided: ${escapeHtml(seat.decision)}${by}${until(seat.decision_until)}${note}.`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function seatColumns(seats: readonly RowRecord[]): SeatColumn[] {
  const has = (name: string) => seats.some((seat) => textOf(seat[name]) !== "");
  const text = (name: string): SeatColumn => ({
    name,
    label: labelOf(name),
    html: (seat) => (textOf(seat[name]) === "" ? MISSING : isolated(seat[name])),
  });
  const word = (name: string, label = labelOf(name)): SeatColumn => ({
    name,
    label,
    html: (seat) => (textOf(seat[name]) === "" ? MISSING : escapeHtml(labelOf(textOf(seat[name])))),
  });
  const status: SeatColumn = {
    name: "status",
    label: "Status",
    html: ({ status: own }) =>
      `<span class="pill s-${textOf(own).replace(/[^a-z_]/g, "")}">${escapeHtml(labelOf(textOf(own)))}</span>`,
  };
  const money: SeatColumn = {
    name: "saving_year",
    label: "Saving a year",
    isNumber: true,
    html: (seat) => escapeHtml(figureText("saving_year", seat.saving_year, textOf(seat.currency))),
  };
  const days: SeatColumn = {
    name: "days_since_activity",
    label: "Days since",
    isNumber: true,
    html: (seat) => escapeHtml(figureText("", seat.days_since_activity, "")),
  };
  const day: SeatColumn = {
    name: "last_activity_at",
    label: "Last activity",
    html: (seat) => escapeHtml(dayOf(seat.last_activity_at) ?? MISSING),
  };
  const teams: SeatColumn = {
    name: "teams",
    label: "Teams",
    html: (seat) => teamsOf(seat).map(isolated).join(", ") || MISSING,
  };
  const several = new Set(seats.map(({ org }) => org)).size > 1;
  return [
    word("recommendation", "To do"),
    ...(has("saving_year") ? [money] : []),
    status,
    word("confidence"),
    day,
    days,
    ...(several ? [text("org")] : []),
    ...(has("protected_reason") ? [word("protected_reason")] : []),
    ...(seats.some((seat) => teamsOf(seat).length > 0) ? [teams] : []),
    ...["department", "manager"].filter(has).map(text),
  ];
}

export const teamsOf = ({ teams }: RowRecord): string[] => (Array.isArray(teams) ? teams.map(textOf) : []);
