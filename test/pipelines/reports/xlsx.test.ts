import { beforeAll, describe, expect, it } from "vitest";
import { toXlsx } from "../../../pipelines/reports/xlsx.ts";
import {
  HOSTILE,
  manySeats,
  nothingLoaded,
  PROTOTYPE_NAMES,
  prototypePeople,
  twoOrganizations,
} from "../../kit/license-fixture.ts";
import { readDefinedNames, readWorkbook, type WorkbookCell, type WorkbookSheet } from "../../kit/read-workbook.ts";

let sheets: Map<string, WorkbookSheet>;
beforeAll(async () => {
  sheets = readWorkbook(await toXlsx(twoOrganizations));
});

const column = (name: string, header: string): (WorkbookCell | null)[] => {
  const [head, ...rows] = sheets.get(name)!.rows;
  const at = head!.findIndex((cell) => cell?.value === header);
  expect(at, header).toBeGreaterThanOrEqual(0);
  return rows.map((row) => row[at] ?? null);
};
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
const dateOf = (cell: WorkbookCell | null) =>
  new Date(Math.round(EXCEL_EPOCH + Number(cell!.value) * 86_400_000)).toISOString();

describe("the workbook", () => {
  it("has a sheet for each part, what-if only where it was asked for", async () => {
    expect([...sheets.keys()]).toEqual(["Summary", "What-if", "Seats", "Actions", "Teams", "Coverage", "Definitions"]);
    const empty = readWorkbook(await toXlsx(nothingLoaded));
    expect([...empty.keys()]).toEqual(["Summary", "Seats", "Actions", "Teams", "Coverage", "Definitions"]);
  });

  it("keeps the header in sight, filters every column and sets every width", () => {
    for (const [name, { xml, rows }] of sheets) {
      expect(xml, name).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);
      expect(xml, name).toMatch(new RegExp(`</sheetData><autoFilter ref="A1:[A-Z]+${rows.length}"/>`));
      expect(xml.match(/<col /g)?.length, name).toBe(rows[0]!.length);
    }
  });

  it("begins each sheet with what is read first: the seat, who it is, what to do and what that saves", () => {
    const heads = (name: string) => sheets.get(name)!.rows[0]!.map((cell) => cell?.value);
    expect(heads("Seats").slice(0, 4)).toEqual(["Seat", "Name", "To do", "Saving"]);
    expect(heads("Seats").slice(-2)).toEqual(["Username", "E-mail"]);
    expect(column("Seats", "Seat")[7]?.value).toBe(HOSTILE.closing);
    for (const name of ["Seats", "Actions"])
      expect(sheets.get(name)!.xml, name).toMatch(/<pane [^>]*xSplit="1" topLeftCell="B2"/);
  });

  it("has a row to decide for each seat that is not to keep, with a choice of decisions", () => {
    const { rows, xml } = sheets.get("Actions")!;
    const heads = rows[0]!.map((cell) => cell?.value);
    expect(heads.slice(0, 6)).toEqual(["Seat", "Organization", "Decision", "By", "Until", "Note"]);
    const goes = column("Seats", "To do").filter((cell) => cell?.value !== "keep");
    expect(column("Actions", "To do")).toEqual(goes);
    for (const name of ["Decision", "By", "Until", "Note"])
      expect(column("Actions", name)).toEqual(goes.map(() => null));
    expect(xml).toContain(`sqref="C2:C${goes.length + 1}"><formula1>"remove,keep,ask"</formula1>`);
  });

  it("keeps decisions that are made, to be filled in further", async () => {
    const { columns, rows } = twoOrganizations.seats;
    const more = ["decision", "decision_by", "decision_note"].map((name) => ({ name, type: "text" as const }));
    const decided = {
      columns: [...columns, ...more, { name: "decision_until", type: "date" as const }],
      rows: rows.map((row) => [...row, "ask", "=ana", null, "2027-01-31"]),
    };
    const [, first] = readWorkbook(await toXlsx({ ...twoOrganizations, seats: decided })).get("Actions")!.rows;
    expect(first!.slice(2, 6).map((cell) => [cell?.value, cell?.format])).toEqual([
      ["ask", "@"],
      ["'=ana", "@"],
      ["46418", "yyyy-mm-dd"],
      [undefined, undefined],
    ]);
  });

  it("prints every sheet lying down and one page wide, and each page but the summary's with its header", async () => {
    for (const document of [twoOrganizations, nothingLoaded]) {
      const book = await toXlsx(document);
      for (const [name, { xml }] of readWorkbook(book)) {
        expect(xml, name).toMatch(/<pageSetup [^>]*orientation="landscape" fitToWidth="1" fitToHeight="0"\/>/);
        expect(xml, name).toContain('<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>');
      }
      const titles = [...readDefinedNames(book)].filter(([name]) => name.startsWith("_xlnm.Print_Titles"));
      const names = [...readWorkbook(book).keys()].filter((name) => name !== "Summary");
      expect(titles.map(([, range]) => range)).toEqual(names.map((name) => `'${name}'!$1:$1`));
    }
  });

  it("has dates that are dates, in UTC", () => {
    const active = column("Seats", "Last activity (UTC)")[1]!;
    expect([active?.type, active?.format, dateOf(active)]).toEqual([
      "n",
      "yyyy-mm-dd hh:mm",
      "2026-09-18T12:00:00.000Z",
    ]);
    const renewal = column("Seats", "Saving starts")[0]!;
    expect([renewal?.format, dateOf(renewal)]).toEqual(["yyyy-mm-dd", "2027-03-01T00:00:00.000Z"]);
  });

  it("has amounts that are numbers, with the currency in the format", () => {
    const wasted = column("Seats", "Wasted a month")[2]!;
    expect(wasted).toEqual({ value: "15.5", type: "n", format: '#,##0.00 "USD"' });
    expect(column("Summary", "Utilization (active of assigned seats)")[0]?.format).toBe("0.0%");
    expect(column("Summary", "Seats assigned")[0]).toEqual({ value: "6", type: "n", format: "#,##0" });
  });

  it("leaves a cell empty where nothing is known", () => {
    expect(column("Summary", "Cost a month")[1]).toBeNull();
    expect(column("Seats", "Days since activity")[3]).toBeNull();
  });

  it("runs nothing that somebody wrote: no formula, and an apostrophe before what looks like one", () => {
    const cells = [...sheets.values()].flatMap(({ rows }) => rows.flat()).filter((cell) => cell !== null);
    expect(cells.filter(({ type }) => type === "f")).toEqual([]);
    expect(cells.filter(({ type, value }) => type === "s" && /^[=+\-@\t\r]/.test(value))).toEqual([]);
    const names = column("Seats", "Username").map((cell) => cell?.value);
    expect(names).toContain(`'${HOSTILE.formula}`);
    expect(names).toContain(`'${HOSTILE.plus}`);
    expect(names).toContain(HOSTILE.script);
    expect(names).toContain(HOSTILE.emoji);
    expect(column("Seats", "Name")[6]).toMatchObject({ value: "'-1+1 Bobson", type: "s", format: "@" });
  });

  it("takes text that XML does not allow and text longer than a cell", async () => {
    const odd = `a\u0000b\u001b\ud800c\uffff${"x".repeat(40_000)}`;
    const definition = { columns: [{ name: "org", type: "text" as const }], rows: [[odd], ["\u0001=1+1"]] };
    const teams = readWorkbook(await toXlsx({ ...twoOrganizations, teams: definition })).get("Teams")!;
    const [value, bared] = teams.rows.slice(1).map((row) => row[0]!.value) as [string, string];
    expect(value.slice(0, 8)).toBe("a?b??c?x");
    expect(bared).toBe("?=1+1");
    expect(value.length).toBe(32_767);
  });

  it("takes people and organizations that are called as every object's own parts are", async () => {
    const [head, ...rows] = readWorkbook(await toXlsx(prototypePeople)).get("Seats")!.rows;
    const at = (name: string) => head!.findIndex((cell) => cell?.value === name);
    expect(rows.map((row) => row[at("Username")]?.value)).toEqual(PROTOTYPE_NAMES);
    expect(new Set(rows.map((row) => row[at("Organization")]?.value))).toEqual(new Set(["constructor"]));
  });

  it("says what it always said (golden)", async () => {
    const lines = [...sheets].flatMap(([name, { rows }]) => [
      `# ${name}`,
      ...rows.map((row) =>
        row.map((cell) => (cell === null ? "" : `${cell.value} [${cell.type} ${cell.format}]`)).join(" | "),
      ),
    ]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/licenses.xlsx.txt");
  });

  it("holds 5 000 seats", async () => {
    expect(readWorkbook(await toXlsx(manySeats(5000))).get("Seats")!.rows.length).toBe(5001);
  });
});
