import { expect, it } from "vitest";
import { BrokenCsvError, type CsvRow, columnOf, readCsv } from "../../extract/csv.ts";

/** Reads a text that comes `size` bytes at a time. */
async function table(text: string, size = 3): Promise<{ header: readonly string[]; rows: CsvRow[] }> {
  const bytes = Buffer.from(text);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const read = { header: [] as readonly string[], rows: [] as CsvRow[] };
  for await (const part of readCsv(chunks()))
    if ("header" in part) read.header = part.header;
    else read.rows.push(...part.rows);
  return read;
}

it("rows come with the line on which they begin, whatever stands in quotes and between them", async () => {
  const text = '\uFEFFday, Tag ,n\r\n1,"a\r\nb",é\n\n2,"say ""x"", y",\n3,c,4';
  for (const size of [1, 3, 1000]) {
    const { header, rows } = await table(text, size);
    expect(header).toEqual(["day", "Tag", "n"]);
    expect(rows).toEqual([
      { line: 2, cells: ["1", "a\r\nb", "é"] },
      { line: 5, cells: ["2", 'say "x", y', ""] },
      { line: 6, cells: ["3", "c", "4"] },
    ]);
    expect(columnOf(header, ["label", "tag"])).toBe(1);
  }
});

it("a file without a row has its header, one without a byte has none", async () => {
  expect(await table("a,b\n")).toEqual({ header: ["a", "b"], rows: [] });
  expect(await table("")).toEqual({ header: [], rows: [] });
});

it("what breaks off inside a row is broken, with its line", async () => {
  await expect(table("a,b\n1,2\n3")).rejects.toThrow(/^line 3: .*cells/);
  await expect(table('a,b\n1,2\n3,"x')).rejects.toThrow(/quote is not closed/);
  await expect(table('a,b\n1,x"y\n')).rejects.toThrow(BrokenCsvError);
  await expect(table(`a,b\n1,"${"x".repeat(2 ** 21)}`, 65536)).rejects.toThrow(/longer than/);
});
