import { CsvError, type Info, parse } from "csv-parse/sync";
import { ConfigError, type Problem, quoted } from "./problems.ts";

/** One line of the people file: who a seat holder is inside the company. Usernames and e-mails are in lower case, to match seats. */
export interface Person {
  readonly username: string | null;
  readonly email: string | null;
  readonly department: string | null;
  readonly manager: string | null;
  readonly cost_center: string | null;
}

const COLUMNS = ["username", "email", "department", "manager", "cost_center"] as const;
type Column = (typeof COLUMNS)[number];
/** Where each known column stands in a row. */
type Header = ReadonlyMap<Column, number>;

interface Line {
  readonly cells: readonly string[];
  /** The line of the file that the row ends on. */
  readonly line: number;
}

/** Reads the text of a people file. Columns are found by name; those it does not know are passed over. Throws one `ConfigError` that tells all that is wrong. */
export function parsePeople(text: string, file: string): Person[] {
  const problems: Problem[] = [];
  const report = (line: number, key: string, message: string) => problems.push({ file, line, key, message });
  const [first, ...rows] = readLines(text, file);
  if (first === undefined)
    report(1, "", "the file is empty; start it with username,email,department,manager,cost_center");
  const header = first === undefined ? new Map() : readHeader(first, report);
  const people =
    problems.length > 0 ? [] : rows.map((row) => readPerson(row, { header, width: first!.cells.length }, report));
  reportTwins(people, rows, report);
  if (problems.length > 0) throw new ConfigError(problems);
  return people;
}

type Report = (line: number, key: string, message: string) => void;

function readLines(text: string, file: string): Line[] {
  const delimiter = delimiterOf(text);
  const options = {
    bom: true,
    delimiter,
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
  } as const;
  try {
    const rows = parse(text, options) as unknown as { record: string[]; info: Info }[];
    return rows
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 1);
    const message = `this is not valid CSV; check the quotes here: each is closed, and doubled inside a cell (${error.code})`;
    throw new ConfigError([{ file, line, key: "", message }]);
  }
}

/** A comma, unless the first line has none but a semicolon or a tab, as some spreadsheets write. */
function delimiterOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  return [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
}

function readHeader({ cells, line }: Line, report: Report): Header {
  const header = new Map<Column, number>();
  cells.forEach((cell, index) => {
    const name = cell.toLowerCase().replace(/[\s-]+/g, "_");
    const column = COLUMNS.find((known) => known === name);
    if (column === undefined) return;
    if (header.has(column)) report(line, column, "this column stands here twice; keep one");
    header.set(column, index);
  });
  if (!header.has("username") && !header.has("email")) {
    const names = cells.map((cell) => quoted(cell)).join(", ");
    report(line, "", `found the columns ${names}: expected username or email among them; name one of them so`);
  }
  return header;
}

function readPerson(
  { cells, line }: Line,
  { header, width }: { header: Header; width: number },
  report: Report,
): Person {
  if (cells.length > width)
    report(line, "", `found ${cells.length} cells under ${width} columns; put a cell that holds a comma in quotes`);
  const cell = (column: Column) => {
    const index = header.get(column);
    return index === undefined ? null : cells[index] || null;
  };
  const username = cell("username")?.toLowerCase() ?? null;
  const email = cell("email")?.toLowerCase() ?? null;
  if (username === null && email === null) report(line, "", "neither username nor email; fill one of them in");
  return {
    username,
    email,
    department: cell("department"),
    manager: cell("manager"),
    cost_center: cell("cost_center"),
  };
}

/** A username or an e-mail on two lines would give one seat two departments. */
function reportTwins(people: readonly Person[], rows: readonly Line[], report: Report): void {
  for (const key of ["username", "email"] as const) {
    const lines = new Map<string, number>();
    people.forEach((person, index) => {
      const value = person[key];
      const line = rows[index]!.line;
      const first = value === null ? undefined : lines.get(value);
      if (first !== undefined)
        report(line, key, `${quoted(value!)} stands on line ${first} too; keep one of the lines`);
      else if (value !== null) lines.set(value, line);
    });
  }
}
