import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { LicenseDocument } from "../../../pipelines/reports/license-document.ts";
import { toXlsx } from "../../../pipelines/reports/xlsx.ts";
import { HOSTILE, PROTOTYPE_NAMES, prototypePeople, twoOrganizations } from "../../kit/license-fixture.ts";
import { findLibreOffice, findPython, mayRun } from "../../kit/outside-program.ts";

/** LibreOffice makes a profile first. */
const OFFICE_MS = 120_000;
const python = findPython("openpyxl");
const runs = mayRun(python, "openpyxl", "apt-get install python3-openpyxl");

const READ = `
import json, sys, warnings, openpyxl
warnings.simplefilter("ignore")
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps({sheet.title: {
  "paper": [sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight,
            sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows],
  "choices": [[str(one.sqref), one.formula1] for one in sheet.data_validations.dataValidation],
  "filter": sheet.auto_filter.ref, "frozen": sheet.freeze_panes, "size": sheet.dimensions,
  "rows": [[[cell.data_type, str(cell.value)] for cell in row] for row in sheet.iter_rows()],
} for sheet in book}))`;

type Sheet = {
  paper: unknown[];
  choices: string[][];
  filter: string;
  frozen: string;
  size: string;
  rows: [type: string, value: string][][];
};

describe.skipIf(!runs)("the workbook in a second program (openpyxl)", () => {
  it("opens: sheets, filters, frozen headers, dates as dates, amounts as numbers, hostile text as text", async () => {
    const read = await readBy(twoOrganizations, (file) =>
      execFileSync(python!, ["-c", READ, file], { encoding: "utf8" }),
    );
    const book = JSON.parse(read) as Record<string, Sheet>;

    expect(Object.keys(book)).toEqual(["Summary", "What-if", "Seats", "Actions", "Teams", "Coverage", "Definitions"]);
    const atB = ["Summary", "What-if", "Seats", "Actions"];
    for (const [name, { filter, frozen, size, paper }] of Object.entries(book)) {
      expect([filter, frozen], name).toEqual([size, atB.includes(name) ? "B2" : "A2"]);
      expect(paper, name).toEqual(["landscape", 1, 0, true, name === "Summary" ? null : "$1:$1"]);
    }
    expect(book.Actions!.choices).toEqual([["C2:C7", '"remove,keep,ask"']]);
    const [head, ...seats] = book.Seats!.rows;
    const column = (name: string) => seats.map((row) => row[head!.findIndex(([, value]) => value === name)]!);
    expect(column("Last activity (UTC)")[1]).toEqual(["d", "2026-09-18 12:00:00"]);
    expect(column("Saving starts")[0]).toEqual(["d", "2027-03-01 00:00:00"]);
    expect(column("Wasted a month")[2]).toEqual(["n", "15.5"]);
    expect(column("Username")[2]).toEqual(["s", `'${HOSTILE.formula}`]);
    expect(column("Username")[4]).toEqual(["s", HOSTILE.turning]);
    expect(seats.flat().filter(([type]) => type === "f")).toEqual([]);
  });

  it("opens with people who are called as every object's own parts are", async () => {
    const book = await readBy(prototypePeople, (file) =>
      execFileSync(python!, ["-c", READ, file], { encoding: "utf8" }),
    );
    const [head, ...seats] = (JSON.parse(book) as Record<string, Sheet>).Seats!.rows;
    const username = head!.findIndex(([, value]) => value === "Username");
    expect(seats.map((row) => row[username])).toEqual(PROTOTYPE_NAMES.map((name) => ["s", name]));
  });
});

const office = findLibreOffice();
const opens = mayRun(office, "LibreOffice Calc", "apt-get install --no-install-recommends libreoffice-calc");

describe.skipIf(!opens)("the workbook in a third program (LibreOffice)", () => {
  it.each([
    {
      who: "hostile names",
      document: twoOrganizations,
      names: [`'${HOSTILE.formula}`, HOSTILE.script, HOSTILE.emoji, HOSTILE.turning],
    },
    { who: "people who are called as every object's own parts are", document: prototypePeople, names: PROTOTYPE_NAMES },
  ])("opens with $who", { timeout: OFFICE_MS }, async ({ document, names }) => {
    const seats = await readBy(document, (file, folder) => {
      // a profile of its own: one that is open elsewhere would refuse; -1 writes every sheet
      const profile = `-env:UserInstallation=file://${folder}/profile`;
      const csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
      execFileSync(office!, [profile, "--headless", "--convert-to", csv, "--outdir", folder, file], {
        stdio: "ignore",
      });
      return readFileSync(join(folder, "licenses-Seats.csv"), "utf8");
    });
    const usernames = (parse(seats, { columns: true }) as Record<string, string>[]).map((row) => row.Username);
    expect(usernames).toEqual(expect.arrayContaining([...names]));
  });
});

/** Writes the workbook into a folder of its own, and gives what a program read of it. */
async function readBy(document: LicenseDocument, read: (file: string, folder: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "docktally-xlsx-"));
  try {
    const file = join(folder, "licenses.xlsx");
    await writeFile(file, await toXlsx(document));
    return read(file, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
