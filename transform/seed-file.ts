import { readFileSync } from "node:fs";

/** What the text of a column looks like, and how that is said. */
export type SeedColumn<Name extends string> = readonly [name: Name, shape: RegExp, expected: string];

/** A table of sql/seeds whose first column names each row once; the columns in the file's order. */
export interface Seed<Name extends string> {
  readonly file: string;
  readonly columns: readonly SeedColumn<Name>[];
}

export type SeedRow<Name extends string> = Readonly<Record<Name, string>>;

/** A line of a seed that does not say what a row must say. */
export class SeedError extends Error {
  override readonly name = "SeedError";
  constructor({ file }: { file: string }, line: number, fault: { column: string; message: string }) {
    super(`sql/seeds/${file}, line ${line}, column ${fault.column}: ${fault.message}`);
  }
}

/** @throws SeedError at the first line that is wrong */
export function readSeed<Name extends string>(seed: Seed<Name>): SeedRow<Name>[] {
  return parseSeed(seed, readFileSync(new URL(`../sql/seeds/${seed.file}`, import.meta.url), "utf8"));
}

/** @throws SeedError at the first line that is wrong */
export function parseSeed<Name extends string>(seed: Seed<Name>, text: string): SeedRow<Name>[] {
  const [header = "", ...lines] = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const expected = seed.columns.map(([name]) => name).join(",");
  if (header !== expected)
    throw new SeedError(seed, 1, { column: "1", message: `found "${header}"; expected "${expected}"` });
  const key = seed.columns[0]![0];
  const lineOf = new Map<string, number>();
  return lines.map((line, i) => {
    const row = readLine(seed, line, i + 2);
    const first = lineOf.get(row[key]);
    if (first !== undefined)
      throw new SeedError(seed, i + 2, { column: key, message: `"${row[key]}" stands on line ${first} too` });
    lineOf.set(row[key], i + 2);
    return row;
  });
}

function readLine<Name extends string>(seed: Seed<Name>, line: string, number: number): SeedRow<Name> {
  const { columns } = seed;
  const { cells, isBroken } = cellsOf(line);
  const nameOf = (i: number) => columns[i]?.[0] ?? String(i + 1);
  const wrong = (i: number, message: string) => new SeedError(seed, number, { column: nameOf(i), message });
  if (isBroken) throw wrong(cells.length, "a quote that is not closed, or not doubled");
  for (const [i, [, shape, expected]] of columns.entries()) {
    const cell = cells[i];
    if (cell === undefined) throw wrong(i, `missing; expected ${expected}`);
    if (!shape.test(cell) || cell.trim() !== cell) throw wrong(i, `found "${cell}"; expected ${expected}`);
  }
  const extra = cells[columns.length];
  if (extra !== undefined) throw wrong(columns.length, `found "${extra}"; expected the line's end`);
  return Object.fromEntries(columns.map(([name], i) => [name, cells[i]])) as SeedRow<Name>;
}

/** The cells of a line: commas between them, a quote doubled inside quotes; a cell is never broken over two lines. */
function cellsOf(line: string): { cells: string[]; isBroken: boolean } {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (let found = cell.exec(line); found !== null; found = cell.exec(line)) {
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] === "") return { cells, isBroken: false };
  }
  return { cells, isBroken: true };
}
