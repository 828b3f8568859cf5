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
const HEADER: HeaderRule<Column> = {
  names: new Map(COLUMNS.map((column) => [column, column])),
  oneOf: ["username", "email"],
};

/** Reads the text of a people file. Columns are found by name; those it does not know are passed over. Throws one `ConfigError` that tells all that is wrong. */
export function parsePeople(text: string, file: string): Person[] {
  const [first, ...rows] = readLines(text, file);
  return reporting(file, (report, count) => {
    if (first === undefined) {
      report(1, "", "the file is empty; start it with username,email,department,manager,cost_center");
      return [];
    }
    const header = readHeader(first, HEADER, report);
    if (count() > 0) return [];
    const people = rows.map((row) =>
      readPerson(row, cellsOf(row, { header, width: first.cells.length }, report), report),
    );
    // a username or an e-mail on two lines would give one seat two departments
    for (const key of ["username", "email"] as const) {
      const keys = people.map((person, i) => ({ line: rows[i]!.line, key: person[key], shown: person[key] }));
      reportTwins(keys, key, report);
    }
    return people;
  });
}

function readPerson({ line }: Line, cell: (column: Column) => string | null, report: Report): Person {
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
