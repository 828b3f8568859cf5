import { describe, expect, it } from "vitest";
import { BrokenCsvError, type CsvRow, readCsv } from "../../extract/csv.ts";

async function* pieces(...texts: readonly (string | Buffer)[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function rowsOf(...texts: readonly (string | Buffer)[]): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const found of readCsv(pieces(...texts))) rows.push(...found);
  return rows;
}

describe("a CSV file", () => {
  it("is read without its byte order mark, over line ends in cells, and whatever ends a line", async () => {
    const rows = await rowsOf('\ufeffa,b\r\n1,"x\r\n', 'y"\r\n\r\n2,3\n4\n');
    expect(rows).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["1", "x\r\ny"] },
      { line: 5, cells: ["2", "3"] },
      { line: 6, cells: ["4"] },
    ]);
  });

  it("may be cut anywhere, within a character too", async () => {
    const bytes = Buffer.from('name,n\n"Ünal ""U""",1\n');
    const cut = [...bytes].map((byte) => Buffer.from([byte]));
    expect((await rowsOf(...cut)).map(({ cells }) => cells)).toEqual([
      ["name", "n"],
      ['Ünal "U"', "1"],
    ]);
  });

  it.each([[], [""], ["\ufeff"], ["\n\n"]])("without a row has none (%j)", async (...texts) => {
    expect(await rowsOf(...texts)).toEqual([]);
  });

  it.each([
    ["whose quote is never closed", 'a,b\n1,2\n3,"q\n4,5\n', 3],
    ["with a quote in the middle of a cell", 'a,b\n1,2\n3"x,4\n', 3],
  ])("%s is refused, and the line is named", async (_, text, line) => {
    const failure = await rowsOf(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BrokenCsvError);
    expect((failure as BrokenCsvError).line).toBe(line);
  });
});
