/** The header of a pull report: its names as sent, and which columns that facts need it lacks. */
export interface ReportColumns {
  readonly names: readonly string[];
  readonly missing: readonly string[];
}

/** What a fact needs of a report, under both of the names that Docker documents (its reference of reports, and the example of its API). */
const NEEDED: readonly (readonly string[])[] = [
  ["day", "event_date"],
  ["image_repository", "repository"],
  ["event_count", "pull_count"],
  ["hub_username"],
];

/** Columns are found by their names, in any order and whatever the capitals. */
export function reportColumns(header: readonly string[]): ReportColumns {
  const names = header.map((name) => name.trim());
  const known = new Set(names.map((name) => name.toLowerCase()));
  const missing = NEEDED.filter((either) => !either.some((name) => known.has(name)));
  return { names, missing: missing.map((either) => either.join(" or ")) };
}

/** A row as one JSON object of its cells, as sent; cells beyond the header are kept under the number of their column. */
export function recordOf(names: readonly string[], cells: readonly string[]): string {
  const members = cells.map((cell, i) => `${JSON.stringify(names[i] ?? String(i + 1))}:${JSON.stringify(cell)}`);
  return `{${members.join(",")}}`;
}
