import type { DecisionRow } from "../../load/settings.ts";
import { isDay } from "../day.ts";
import { suggestion } from "../near-match.ts";
import { quoted } from "./problems.ts";
import {
  cellsOf,
  type HeaderRule,
  type Line,
  type Report,
  readHeader,
  readLines,
  reporting,
  reportTwins,
} from "./table-file.ts";

/** One line of the decisions file: what somebody decided about a seat. */
export interface Decision extends DecisionRow {
  /** The organization it is for; null: for each that reads the file. */
  readonly organization: string | null;
}

const DECISIONS = ["remove", "keep", "ask"] as const;
const COLUMNS = ["seat", "username", "email", "organization", "decision", "by", "until", "note"] as const;
type Column = (typeof COLUMNS)[number];
/** A report that was exported can be read back: its own names of these columns are known, too. */
const ALSO: readonly [string, Column][] = [
  ["org", "organization"],
  ["e_mail", "email"],
  ["decision_by", "by"],
  ["decision_until", "until"],
  ["decision_note", "note"],
];
const NAMES = new Map<string, Column>([...COLUMNS.map((column): [string, Column] => [column, column]), ...ALSO]);
const WHO: HeaderRule<Column> = { names: NAMES, oneOf: ["seat", "username", "email"] };

/** Reads the text of a decisions file. Throws one `ConfigError` that tells all that is wrong. */
export function parseDecisions(text: string, file: string): Decision[] {
  return decisionsOf(readLines(text, file), file);
}

/** Reads the rows of a decisions file, the header's first. A row without a decision is not decided yet, and left out. */
export function decisionsOf([first, ...rows]: readonly Line[], file: string): Decision[] {
  return reporting(file, (report, count) => {
    if (first === undefined) {
      report(1, "", "the file is empty; start it with seat,organization,decision,by,until,note");
      return [];
    }
    const header = readHeader(first, WHO, report);
    if (!header.has("decision")) report(first.line, "", "there is no column decision; add it: remove, keep or ask");
    if (count() > 0) return [];
    const read = rows.flatMap((row) => {
      const cell = cellsOf(row, { header, width: first.cells.length }, report);
      const decision = readDecision(row, cell, report);
      return decision === null ? [] : [{ line: row.line, decision }];
    });
    for (const key of ["username", "email"] as const) {
      const keyOf = (one: Decision) => (one[key] === null ? null : JSON.stringify([one.organization, one[key]]));
      const keys = read.map(({ line, decision }) => ({ line, key: keyOf(decision), shown: decision[key] }));
      reportTwins(keys, key, report);
    }
    return read.map(({ decision }) => decision);
  });
}

function readDecision({ line }: Line, cell: (column: Column) => string | null, report: Report): Decision | null {
  const word = cell("decision")?.toLowerCase() ?? null;
  if (word === null) return null;
  const decision = DECISIONS.find((known) => known === word);
  if (decision === undefined) {
    const near = suggestion(word, DECISIONS);
    report(line, "decision", `found ${quoted(word)}: expected remove, keep or ask${near}`);
  }
  const seat = nameOf(cell("seat"));
  const username = nameOf(cell("username")) ?? (seat?.includes("@") ? null : seat);
  const email = nameOf(cell("email")) ?? (seat?.includes("@") ? seat : null);
  if (username === null && email === null)
    report(line, "seat", "nobody is named; fill in a username or an e-mail address");
  const until = cell("until")?.slice(0, 10) ?? null;
  if (until !== null && !isDay(until))
    report(line, "until", `found ${quoted(until)}: expected a day that exists; write it like 2027-01-31`);
  return {
    organization: nameOf(cell("organization")),
    username,
    email,
    decision: decision ?? "ask",
    decision_by: cell("by"),
    decision_until: until,
    decision_note: cell("note"),
  };
}

/** A name in lower case, without the apostrophe that keeps a spreadsheet from running it. */
function nameOf(cell: string | null): string | null {
  return cell?.replace(/^'(?=[=+\-@])/, "").toLowerCase() ?? null;
}
