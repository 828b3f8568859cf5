import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toXlsx } from "../../pipelines/reports/xlsx.ts";
import { HOSTILE, twoOrganizations } from "./license-fixture.ts";
import { findPythonWithOpenpyxl, mayRun } from "./outside-program.ts";

const python = findPythonWithOpenpyxl();
const runs = mayRun(python, "openpyxl", "apt-get install python3-openpyxl");

const READ = `
import json, sys, warnings, openpyxl
warnings.simplefilter("ignore")
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps({sheet.title: {
  "filter": sheet.auto_filter.ref, "frozen": sheet.freeze_panes, "size": sheet.dimensions,
  "rows": [[[cell.data_type, str(cell.value)] for cell in row] for row in sheet.iter_rows()],
} for sheet in book}))`;

type Sheet = { filter: string; frozen: string; size: string; rows: [type: string, value: string][][] };

describe.skipIf(!runs)("the workbook in a second program (openpyxl)", () => {
  it("opens: sheets, filters, frozen headers, dates as dates, amounts as numbers, hostile text as text", async () => {
    const folder = await mkdtemp(join(tmpdir(), "docktally-xlsx-"));
    const file = join(folder, "licenses.xlsx");
    await writeFile(file, await toXlsx(twoOrganizations));
    const book = JSON.parse(execFileSync(python!, ["-c", READ, file], { encoding: "utf8" })) as Record<string, Sheet>;
    await rm(folder, { recursive: true });

    expect(Object.keys(book)).toEqual(["Summary", "What-if", "Seats", "Teams", "Coverage", "Definitions"]);
    for (const { filter, frozen, size } of Object.values(book)) expect([filter, frozen]).toEqual([size, "A2"]);
    const [head, ...seats] = book.Seats!.rows;
    const column = (name: string) => seats.map((row) => row[head!.findIndex(([, value]) => value === name)]!);
    expect(column("Last activity (UTC)")[1]).toEqual(["d", "2026-09-18 12:00:00"]);
    expect(column("Saving starts")[0]).toEqual(["d", "2027-03-01 00:00:00"]);
    expect(column("Wasted a month")[2]).toEqual(["n", "15.5"]);
    expect(column("Username")[2]).toEqual(["s", `'${HOSTILE.formula}`]);
    expect(column("Username")[4]).toEqual(["s", HOSTILE.turning]);
    expect(seats.flat().filter(([type]) => type === "f")).toEqual([]);
  });
});
