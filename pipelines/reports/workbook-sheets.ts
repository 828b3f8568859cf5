import type { Column, QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { labelOf } from "./labels.ts";
import { DEFINITIONS, type LicenseDocument } from "./license-document.ts";
import { textOf } from "./records.ts";

export interface SheetColumn extends Column {
  readonly label: string;
  /** Left for a person to fill in. */
  readonly isInput?: boolean;
}

/** A sheet of the workbook: a table, and how it is laid out. */
export interface SheetTable {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** The currency of each row's amounts. */
  readonly currencies: readonly string[];
  readonly frozenColumns: 0 | 1;
  /** Columns that are printed: those from the left that fit on one page and can be read there. */
  readonly printedColumns: number;
  /** Whether each printed page has the header again. */
  readonly repeatsHeader: boolean;
}

/** Where a column of a sheet takes its values from; `from` of more than one: the first that has one. */
interface Source {
  readonly label: string;
  readonly from: readonly string[];
  readonly isInput?: boolean;
  readonly type?: ValueType;
}

const from = (label: string, ...names: string[]): Source => ({ label, from: names });
const SEAT = from("Seat", "username", "email");
const NAME = from("Name", "full_name");
const TODO = from("To do", "recommendation");
const SAVING = from("Saving", "saving_year");
const ORG = from("Organization", "org");
const WHY = from(labelOf("status_reason"), "status_reason");

const named = (names: string): Source[] => names.split(" ").map((name) => from(labelOf(name), name));

const SEATS: readonly Source[] = [SEAT, NAME, TODO, SAVING, ORG, ...named("status confidence"), WHY];
const SEATS_UNPRINTED = named(
  "last_activity_at days_since_activity saving_effective_date protected_reason department manager",
);
/** What tells rows apart for a program, and nobody reads. */
const SEAT_IDS = named("username email member_key connection run_id moment_id");

/** As `license.decisions` reads them back. */
const ACTIONS: readonly Source[] = [
  ...[SEAT, ORG],
  { label: "Decision", from: ["decision"], isInput: true, type: "text" },
  { label: "By", from: ["decision_by"], isInput: true, type: "text" },
  { label: "Until", from: ["decision_until"], isInput: true, type: "date" },
  { label: "Note", from: ["decision_note"], isInput: true, type: "text" },
  ...[NAME, TODO, SAVING, WHY],
];
const ACTIONS_UNPRINTED = named("saving_effective_date status confidence last_activity_at department manager");

const SUMMARY = named(
  "org seats_purchased seats_assigned seats_spare saving_year_spare saving_year_high saving_year_medium saving_year_low saving_year_invites cost_month active new idle never_active pending_invite no_data",
);
const SUMMARY_IDS = named("connection run_id moment_id");

/** The sheets of a license report, in their order. */
export function workbookSheets(document: LicenseDocument): SheetTable[] {
  const { summary, seats, whatIf, teams, coverage } = document;
  const currencies = currencyByOrg(summary);
  const whole = (name: string, rows: QueryRows) => wholeSheet(name, rows, currencies);
  const todo = seats.columns.findIndex(({ name }) => name === "recommendation");
  const actions = { columns: seats.columns, rows: seats.rows.filter((row) => row[todo] !== "keep") };
  const shared = { currencies, frozenColumns: 1, repeatsHeader: true } as const;
  const seatSources = withRest([...SEATS, ...SEATS_UNPRINTED], seats, SEAT_IDS);
  const summarySources = withRest(SUMMARY, summary, SUMMARY_IDS);
  return [
    tableOf({
      ...shared,
      ...{ name: "Summary", rows: summary, sources: summarySources, printed: SUMMARY.length, repeatsHeader: false },
    }),
    ...(whatIf.rows.length > 0 ? [tableOf({ ...shared, ...whatIfOf(whatIf) })] : []),
    tableOf({
      ...shared,
      ...{ name: "Seats", rows: seats, sources: seatSources, printed: SEATS.length },
    }),
    tableOf({
      ...shared,
      ...{ name: "Actions", rows: actions, sources: [...ACTIONS, ...ACTIONS_UNPRINTED], printed: ACTIONS.length },
    }),
    whole("Teams", teams),
    whole("Coverage", coverage),
    whole("Definitions", definitions),
  ];
}

/** A table as a sheet, column by column. */
export function wholeSheet(
  name: string,
  rows: QueryRows,
  currencies: ReadonlyMap<string, string> = new Map(),
): SheetTable {
  const sources = rows.columns.map((column) => from(labelOf(column.name), column.name));
  return tableOf({ name, rows, currencies, repeatsHeader: true, sources, printed: sources.length, frozenColumns: 0 });
}

function whatIfOf(whatIf: QueryRows) {
  const first = [...named("threshold_days"), ...SUMMARY];
  return { name: "What-if", rows: whatIf, sources: withRest(first, whatIf, SUMMARY_IDS), printed: first.length };
}

const definitions: QueryRows = {
  columns: [
    { name: "term", type: "text" },
    { name: "meaning", type: "text" },
  ],
  rows: [
    ...DEFINITIONS,
    [
      "Decision (sheet Actions)",
      "To fill in: remove, keep or ask; by whom, until which day a keep holds, and a note. Save the workbook and name it as license.decisions in docktally.yaml: the next report says what became of each.",
    ],
  ],
};

/** The sources that stand first, then every other column of the rows, those for programs last. */
function withRest(first: readonly Source[], { columns }: QueryRows, last: readonly Source[]): Source[] {
  const taken = new Set([...first.filter((source) => source !== SEAT), ...last].flatMap((source) => source.from));
  const rest = columns.filter(({ name }) => !taken.has(name)).map(({ name }) => from(labelOf(name), name));
  return [...first, ...rest, ...last];
}

interface Layout {
  readonly name: string;
  readonly rows: QueryRows;
  readonly currencies: ReadonlyMap<string, string>;
  readonly sources: readonly Source[];
  readonly printed: number;
  readonly frozenColumns: 0 | 1;
  readonly repeatsHeader: boolean;
}

/** The table that the sources make of the rows; one that the rows do not have is left out, unless somebody is to fill it in. */
function tableOf({ name, rows, currencies, sources, printed, frozenColumns, repeatsHeader }: Layout): SheetTable {
  const indexes = new Map(rows.columns.map((column, i) => [column.name, i]));
  const found = sources
    .map((source, at) => ({ source, at, places: source.from.flatMap((one) => indexes.get(one) ?? []) }))
    .filter(({ source, places }) => source.isInput === true || places.length > 0);
  const columns = found.map(({ source, places }): SheetColumn => {
    const { label, isInput = false, type } = source;
    const column = rows.columns[places[0] ?? -1];
    return { name: column?.name ?? source.from[0]!, type: type ?? column!.type, label, isInput };
  });
  const org = indexes.get("org") ?? -1;
  return {
    ...{ name, columns, frozenColumns, repeatsHeader },
    rows: rows.rows.map((row) => found.map(({ places }) => firstOf(places.map((place) => row[place])))),
    currencies: rows.rows.map((row) => currencies.get(textOf(row[org])) ?? ""),
    printedColumns: found.filter(({ at }) => at < printed).length,
  };
}

const firstOf = (values: readonly unknown[]) => values.find((value) => value !== null && value !== undefined) ?? null;

function currencyByOrg({ columns, rows }: QueryRows): Map<string, string> {
  const org = columns.findIndex(({ name }) => name === "org");
  const currency = columns.findIndex(({ name }) => name === "currency");
  return new Map(rows.map((row) => [textOf(row[org]), textOf(row[currency])]));
}
