import { BrokenCsvError, type CsvRow } from "./csv.ts";
import { csvRows, USAGE_COLUMNS } from "./usage-export.ts";
import type { Window } from "./windows.ts";

/** What is wrong in a file; `column` where it is of one. */
export interface ShapeProblem {
  readonly line: number;
  readonly column: string | null;
  readonly message: string;
}

/** A file that was read whole: what is wrong with it, or what it holds. `days` is null where there is no row to tell. */
export interface UsageShape {
  readonly problems: readonly ShapeProblem[];
  readonly rows: number;
  /** The whole days from the first row's to the last one's. */
  readonly days: Window | null;
}

type UsageColumn = (typeof USAGE_COLUMNS)[number];
type Columns = ReadonlyMap<UsageColumn, number>;

/** Problems that are told of one file; a file of another shape would fill the screen. */
const MOST_PROBLEMS = 20;
const DAY_MS = 86_400_000;
/** No pull is older than Docker Hub. */
const EARLIEST = Date.parse("2013-01-01T00:00:00Z");

/** Reads a file whole, and says what is wrong with it. */
export async function usageShape(path: string, now: Date): Promise<UsageShape> {
  const reading = new Reading(now);
  try {
    for await (const line of csvRows(path)) {
      reading.add(line);
      if (reading.problems.length >= MOST_PROBLEMS) break;
    }
  } catch (error) {
    if (!(error instanceof BrokenCsvError)) throw error;
    reading.break(error);
  }
  return reading.end();
}

class Reading {
  readonly problems: ShapeProblem[] = [];
  readonly #latest: number;
  #header: CsvRow | null = null;
  #columns: Columns = new Map();
  #rows = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(now: Date) {
    this.#latest = floor(now.getTime()) + DAY_MS - 1;
  }

  add(line: CsvRow): void {
    if (this.#header === null) this.#readHeader(line);
    else if (this.#columns.size === USAGE_COLUMNS.length) this.#readRow(line);
  }

  break({ line, column, message }: BrokenCsvError): void {
    const name = column === null ? null : (this.#header?.cells[column]?.trim() ?? null);
    this.#report(line, name, `this is not valid CSV: ${message}; check the quotes here`);
  }

  end(): UsageShape {
    if (this.#header === null && this.problems.length === 0)
      this.#report(1, null, "the file is empty; export the usage page again");
    else if (this.#rows === 0 && this.problems.length === 0)
      this.#report(1, null, "there is no row below the header; export a time with pulls");
    const days = this.#rows === 0 ? null : { from: floor(this.#from), to: floor(this.#to) + DAY_MS };
    return { problems: this.problems, rows: this.#rows, days };
  }

  #readHeader(line: CsvRow): void {
    this.#header = line;
    const columns = new Map<UsageColumn, number>();
    line.cells.forEach((cell, place) => {
      const column = USAGE_COLUMNS.find((known) => known === cell.trim().toLowerCase());
      if (column === undefined) return;
      if (columns.has(column)) this.#report(1, column, "this column stands here twice; keep one");
      columns.set(column, place);
    });
    for (const column of USAGE_COLUMNS)
      if (!columns.has(column))
        this.#report(1, column, "this column is missing; import the file as Docker Hub's usage page sent it");
    this.#columns = columns;
  }

  #readRow({ cells, line }: CsvRow): void {
    this.#rows++;
    const names = this.#header!.cells;
    if (cells.length !== names.length) {
      const column = names[cells.length]?.trim() ?? names.at(-1)!.trim();
      const found = `this row has ${cells.length} cells, the header ${names.length}`;
      this.#report(line, column, `${found}; quote cells with a comma in them, and import the file whole`);
      return;
    }
    const cell = (column: UsageColumn) => cells[this.#columns.get(column)!]!.trim();
    const at = hourOf(cell("datehour"));
    if (at === null)
      this.#report(line, "datehour", `${shown(cell("datehour"))} is no hour; write it like 2026/11/20/05`);
    else if (at < EARLIEST || at > this.#latest)
      this.#report(
        line,
        "datehour",
        `${shown(cell("datehour"))} is before Docker Hub was or ahead of now; set it right`,
      );
    else {
      this.#from = Math.min(this.#from, at);
      this.#to = Math.max(this.#to, at);
    }
    if (cell("repository") === "") this.#report(line, "repository", "this cell is empty; write namespace/repository");
    for (const column of ["version_checks", "pulls"] as const)
      if (!/^\d{1,15}$/.test(cell(column)))
        this.#report(line, column, `${shown(cell(column))} is no count; write a whole number, 0 or more`);
  }

  #report(line: number, column: string | null, message: string): void {
    this.problems.push({ line, column, message });
  }
}

/** `2026/11/20/05` as an instant; null where it is no hour of a day there is. */
function hourOf(text: string): number | null {
  const form = /^(\d{4})\/(\d{2})\/(\d{2})\/([01]\d|2[0-3])$/.exec(text);
  if (form === null) return null;
  const written = `${form[1]}-${form[2]}-${form[3]}T${form[4]}:00:00.000Z`;
  const at = Date.parse(written);
  return !Number.isNaN(at) && new Date(at).toISOString() === written ? at : null;
}

function floor(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
