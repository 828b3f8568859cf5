import type { QueryRows } from "../../load/warehouse/rows.ts";
import { suggestion } from "../near-match.ts";
import { UsageError } from "../usage-error.ts";
import { RECOMMENDATIONS } from "./labels.ts";
import { numberOf, type RowRecord, textOf, toRecords } from "./records.ts";

/** What may be asked of a seat's place in the company; a value is compared without case, and a list may stand in one. */
export const PLACES = ["team", "department", "manager"] as const;
export type Place = (typeof PLACES)[number];

/** Which seats a license report shows, and in which order; empty or null: all, as they stand. */
export interface SeatFilter extends Readonly<Record<Place, readonly string[]>> {
  readonly todo: readonly string[];
  /** `YYYY-MM-DD`: the status is another one since that day, or later. */
  readonly changedSince: string | null;
  readonly sort: SeatOrder | null;
}

/** What was asked for, as somebody typed it. */
export interface AskedSeats extends Readonly<Partial<Record<Place, readonly string[]>>> {
  readonly todo?: readonly string[];
  readonly changedSince?: string;
  readonly sort?: string;
}

export const EVERY_SEAT: SeatFilter = {
  todo: [],
  team: [],
  department: [],
  manager: [],
  changedSince: null,
  sort: null,
};

const seatName = (seat: RowRecord) => textOf(seat.username) || textOf(seat.email);

/** Below nothing, so that what is not known comes last. */
const figure = (value: unknown) => numberOf(value) ?? -1;

/** What `--sort` knows, each with the seat that comes first. */
const ORDERS = {
  saving: (a: RowRecord, b: RowRecord) => figure(b.saving_year) - figure(a.saving_year),
  days: (a: RowRecord, b: RowRecord) => figure(b.days_since_activity) - figure(a.days_since_activity),
  changed: (a: RowRecord, b: RowRecord) => compare(textOf(b.status_changed_at), textOf(a.status_changed_at)),
  seat: (a: RowRecord, b: RowRecord) => compare(seatName(a).toLowerCase(), seatName(b).toLowerCase()),
} as const;
export type SeatOrder = keyof typeof ORDERS;
export const SEAT_ORDERS = Object.keys(ORDERS) as readonly SeatOrder[];

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Where the rows that pass stand among `seats`, in the order asked for; the same places hold in any rows of the same seats. */
export function placesOf(seats: QueryRows, filter: SeatFilter): number[] {
  const records = toRecords(seats);
  const todo = new Set(filter.todo);
  const isShown = (seat: RowRecord) =>
    (todo.size === 0 || todo.has(textOf(seat.recommendation))) &&
    PLACES.every((place) => isAmong(valuesOf(seat, place), filter[place])) &&
    (filter.changedSince === null || textOf(seat.status_changed_at) >= filter.changedSince);
  const places = records.flatMap((seat, i) => (isShown(seat) ? [i] : []));
  const { sort } = filter;
  return sort === null ? places : places.sort((a, b) => ORDERS[sort](records[a]!, records[b]!) || a - b);
}

export function rowsAt({ columns, rows }: QueryRows, places: readonly number[]): QueryRows {
  return { columns, rows: places.map((place) => rows[place]!) };
}

/** The seats that pass, in the order asked for. */
export function filterSeats(seats: QueryRows, filter: SeatFilter): QueryRows {
  return filter === EVERY_SEAT ? seats : rowsAt(seats, placesOf(seats, filter));
}

/** What a seat has of a place: teams are several, a seat without a manager has none. */
export function valuesOf(seat: RowRecord, place: Place): string[] {
  const value = place === "team" ? seat.teams : seat[place];
  const values = Array.isArray(value) ? value.map(textOf) : [textOf(value)];
  return values.filter((one) => one !== "");
}

function isAmong(values: readonly string[], asked: readonly string[]): boolean {
  return asked.length === 0 || asked.some((one) => values.some((value) => isAsked(value, one)));
}

/** A name may hold a comma itself, so that the whole text counts as well as its parts. */
function isAsked(value: string, asked: string): boolean {
  const key = keyOf(value);
  return key === keyOf(asked) || asked.split(",").some((part) => key === keyOf(part));
}

export const keyOf = (value: string) => value.trim().normalize("NFC").toLowerCase();

/** What was asked for and no seat has, in words for a person; `seats` are all of them. */
export function unmatchedWords(seats: QueryRows, filter: SeatFilter): string[] {
  const records = toRecords(seats);
  const words = PLACES.flatMap((place) => {
    const known = [...new Set(records.flatMap((seat) => valuesOf(seat, place)))];
    const isKnown = (asked: string) => known.some((value) => isAsked(value, asked));
    return filter[place].flatMap((asked) => {
      const parts = known.some((value) => keyOf(value) === keyOf(asked)) ? [] : asked.split(",");
      const missing = parts.map((part) => part.trim()).filter((part) => part !== "" && !isKnown(part));
      return missing.map(
        (part) => `no seat has the ${place} "${part}"${suggestion(part, known) || hint(place, known)}`,
      );
    });
  });
  if (words.length > 0 || placesOf(seats, filter).length > 0) return words;
  return records.length === 0 ? [] : ["no seat is all that was asked for; leave a filter out to see more"];
}

function hint(place: Place, known: readonly string[]): string {
  if (known.length > 0) return `; there are: ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}`;
  return place === "team"
    ? "; no team is known"
    : `; no seat has a ${place}: license.people names a file that says who has which`;
}

/**
 * The filter that was asked for.
 * @throws UsageError for a recommendation or an order that does not exist
 */
export function seatFilter({ todo, team, department, manager, changedSince, sort }: AskedSeats): SeatFilter {
  const given = {
    todo: todo?.flatMap(parseTodo),
    team,
    department,
    manager,
    changedSince,
    sort: sort && parseOrder(sort),
  };
  const asked = Object.entries(given).filter(([, value]) => value !== undefined);
  return asked.length === 0 ? EVERY_SEAT : { ...EVERY_SEAT, ...Object.fromEntries(asked) };
}

function parseTodo(text: string): string[] {
  const words = text.split(",").map((word) =>
    word
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  for (const word of words) {
    if (RECOMMENDATIONS.includes(word)) continue;
    const near = suggestion(word, RECOMMENDATIONS);
    throw new UsageError(
      `--todo ${word} is no recommendation${near}${near ? " They are" : "; they are"}: ${RECOMMENDATIONS.join(", ")}`,
    );
  }
  return words;
}

function parseOrder(text: string): SeatOrder {
  const found = SEAT_ORDERS.find((order) => order === text.toLowerCase());
  if (found !== undefined) return found;
  const near = suggestion(text, SEAT_ORDERS);
  throw new UsageError(
    `--sort ${text} is no order${near}${near ? " They are" : "; they are"}: ${SEAT_ORDERS.join(", ")}`,
  );
}
