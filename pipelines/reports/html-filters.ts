import { escapeHtml } from "./html-text.ts";
import { labelOf, RECOMMENDATIONS, STATUSES } from "./labels.ts";
import { type RowRecord, textOf } from "./records.ts";

/** The filters, in order: a column of the table, what the page's address and the flags of the terminal call it, and its words in order. */
const FILTERS: readonly (readonly [column: string, key: string, words?: readonly string[]])[] = [
  ["recommendation", "todo", RECOMMENDATIONS],
  ["status", "status", STATUSES],
  ["confidence", "confidence", ["high", "medium", "low", "none"]],
  ["org", "org"],
  ["protected_reason", "protected"],
  ["teams", "team"],
  ["department", "department"],
  ["manager", "manager"],
];
/** Whose values are words of this program and not somebody's names. */
const WORDS: ReadonlySet<string> = new Set(["recommendation", "status", "confidence", "protected_reason"]);

interface NamedColumn {
  readonly name: string;
  readonly label: string;
}

/** What the form of the table holds; the page's script shows it. */
export function seatFilters(columns: readonly NamedColumn[], seats: readonly RowRecord[]): string {
  const selects = FILTERS.flatMap(([name, key, words = []]) => {
    const column = columns.find((each) => each.name === name);
    return column === undefined ? [] : [select(column, { key, words, seats })];
  });
  const sorts = [{ name: "seat", label: "Seat" }, ...columns].flatMap(({ name, label }) => [
    `<option value="${name}">${escapeHtml(label)}</option>`,
    `<option value="-${name}">${escapeHtml(label)}, from the end</option>`,
  ]);
  return `<label>Search <input type="search" id="search" name="q" autocomplete="off" spellcheck="false"></label>
${selects.join("\n")}
<label>Sort by <select id="sort" name="sort"><option value="">largest saving, surest first</option>${sorts.join("")}</select></label>
<button type="reset">Reset</button> <button type="button" id="csv">Download these as CSV</button>`;
}

interface Choices {
  readonly key: string;
  readonly words: readonly string[];
  readonly seats: readonly RowRecord[];
}

function select({ name, label }: NamedColumn, { key, words, seats }: Choices): string {
  const values = seats.flatMap((seat) => (Array.isArray(seat[name]) ? seat[name] : [seat[name]])).map(textOf);
  const own = [...new Set(values)].filter((value) => value !== "").sort();
  const sorted = [...words.filter((word) => own.includes(word)), ...own.filter((word) => !words.includes(word))];
  const options = sorted.map(
    (word) => `<option value="${escapeHtml(word)}">${escapeHtml(WORDS.has(name) ? labelOf(word) : word)}</option>`,
  );
  const notKeep = `<option value="" data-not="${escapeHtml(labelOf("keep"))}" selected>all but keep</option><option value="all">all</option>`;
  const isUseful = key === "todo" && own.some((word) => word !== "keep");
  const all = isUseful ? notKeep : '<option value="">all</option>';
  return `<label>${escapeHtml(label)} <select name="${key}" data-filter="${name}">${all}${options.join("")}</select></label>`;
}
