import type { Stream } from "node:stream";
import writeExcelFile, { type Feature } from "write-excel-file/node";
import { getCellAddress } from "write-excel-file/utility";
import type { Column } from "../../load/warehouse/rows.ts";
import { defuseFormula } from "./csv.ts";
import { MONEY } from "./labels.ts";
import type { LicenseDocument } from "./license-document.ts";
import { plainText } from "./plain-text.ts";
import { numberOf } from "./records.ts";
import { workbookFeatures } from "./workbook-features.ts";
import { type SheetColumn, type SheetTable, workbookSheets } from "./workbook-sheets.ts";

/** A cell, with its format. */
type Cell = {
  value: string | number | boolean | Date | null;
  type: unknown;
  format?: string;
  wrap?: boolean;
  height?: number;
  alignVertical?: string;
  backgroundColor?: string;
} | null;

/** The most letters that a cell of a spreadsheet holds. */
const LONGEST_TEXT = 32_767;
const NARROWEST = 9;
const WIDEST = 60;
const WIDEST_SEAT = 32;
/** A reason goes over some lines, so that the sheet can be read on paper. */
const WIDEST_REASON = 40;
/** The column widths are meant for it: 150 letters are as wide as a page that lies down. */
const FONT = { fontFamily: "Calibri", fontSize: 11 };
const LINE_HEIGHT = 15;
/** Excel holds no row higher than this. */
const HIGHEST = 409;

/** The report as a workbook: a sheet a table, real dates and amounts, a header that stays, filters and prints. */
export async function toXlsx(document: LicenseDocument): Promise<Uint8Array> {
  return workbookOf(workbookSheets(document));
}

/** Tables as a workbook, a sheet each. */
export async function workbookOf(tables: readonly SheetTable[]): Promise<Uint8Array> {
  const sheets = tables.map(toSheet);
  const features = [inlineTexts(sheets.map(({ data }) => data)), ...workbookFeatures(tables)];
  return writeExcelFile(sheets.map(withoutTexts) as never, { features, ...FONT }).toBuffer();
}

function toSheet({ name, columns, rows, currencies, frozenColumns }: SheetTable) {
  const header = columns.map(({ label, type }) => ({
    value: label,
    align: type === "number" ? "right" : "left",
    type: String,
    fontWeight: "bold",
    backgroundColor: "#DDE6F0",
    wrap: true,
    alignVertical: "top",
  }));
  const body = rows.map((row, r) => columns.map((column, i) => toCell(row[i], column, currencies[r]!)));
  const widths = columns.map((column, i) => widthOf(column, body, i));
  const laid = body.map((row) => row.map((cell, i) => laidOut(cell, columns[i]!, widths[i]!)));
  return {
    sheet: name,
    data: [header, ...laid].map((row) => withHeight(row as Cell[], widths)),
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: 1,
    stickyColumnsCount: frozenColumns,
    orientation: "landscape" as const,
  };
}

/** Text that is too long for its column goes on below; a cell to fill in is to be seen. */
function laidOut(cell: Cell, { isInput, type }: SheetColumn, width: number): Cell {
  if (isInput === true) {
    const format = type === "date" ? "yyyy-mm-dd" : "@";
    return {
      ...(cell ?? { value: null, type: type === "date" ? Date : String }),
      format,
      backgroundColor: "#FFF6D5",
      alignVertical: "top",
    };
  }
  if (cell === null) return null;
  const isLong = typeof cell.value === "string" && cell.value.length > width - 2;
  return { ...cell, alignVertical: "top", ...(isLong ? { wrap: true } : {}) };
}

/** The row's height, for programs that do not look for it themselves where text goes over some lines. */
function withHeight(row: readonly Cell[], widths: readonly number[]): Cell[] {
  const linesOf = (cell: Cell, i: number) =>
    cell?.wrap === true && typeof cell.value === "string" ? Math.ceil((1.05 * cell.value.length) / widths[i]!) : 1;
  const lines = Math.max(1, ...row.map(linesOf));
  const [first = null, ...rest] = row;
  if (lines === 1) return [first, ...rest];
  return [{ ...(first ?? { value: null, type: String }), height: Math.min(HIGHEST, lines * LINE_HEIGHT) }, ...rest];
}

function toCell(value: unknown, { name, type }: Column, currency: string): Cell {
  if (value === null || value === undefined) return null;
  const number = type === "number" ? numberOf(value) : null;
  if (number !== null && Math.abs(number) <= Number.MAX_SAFE_INTEGER) {
    return { value: number, type: Number, format: numberFormat(name, number, currency) };
  }
  if (type === "boolean") return { value: value === true, type: Boolean };
  if (type === "timestamp" || type === "date") {
    const moment = new Date(String(value));
    if (!Number.isNaN(moment.getTime())) {
      return { value: moment, type: Date, format: type === "date" ? "yyyy-mm-dd" : "yyyy-mm-dd hh:mm" };
    }
  }
  const text = plainText(value, type);
  return text === null || text === "" ? null : { value: cellText(text), type: String, format: "@" };
}

function numberFormat(name: string, value: number, currency: string): string {
  if (name === "utilization") return "0.0%";
  if (!MONEY.has(name)) return Number.isInteger(value) ? "#,##0" : "#,##0.00";
  const letters = currency.replace(/[^\p{L}\p{Sc}]/gu, "").slice(0, 12);
  return letters === "" ? "#,##0.00" : `#,##0.00 "${letters}"`;
}

/** Text that no spreadsheet runs. What XML does not allow is replaced first: the library would drop it and bare what follows. */
function cellText(text: string): string {
  const allowed = defuseFormula(text.replace(/[^\P{Cc}\t\n\r]|[\p{Cs}\p{Noncharacter_Code_Point}\ufffd]/gu, "?"));
  return allowed.length <= LONGEST_TEXT ? allowed : `${allowed.slice(0, LONGEST_TEXT - 1).replace(/\p{Cs}$/u, "")}…`;
}

function widthOf({ name, type, label, isInput }: SheetColumn, body: readonly (readonly Cell[])[], i: number): number {
  if (type === "timestamp") return 17;
  if (isInput === true) return name === "decision_note" ? 22 : 12;
  const longestWord = Math.max(...label.split(" ").map((word) => word.length));
  let widest = Math.max(NARROWEST, longestWord + 3, Math.ceil(label.length / 3) + 3);
  if (MONEY.has(name) || type === "date") widest = Math.max(widest, 13);
  for (const row of body) {
    const value = row[i]?.value;
    if (typeof value === "string") widest = Math.max(widest, value.length + 2);
  }
  if (name === "status_reason") return Math.min(WIDEST_REASON, widest);
  return Math.min(label === "Seat" ? WIDEST_SEAT : WIDEST, widest);
}

/**
 * The library keeps texts in a plain object, where a login such as `constructor` names something else and breaks the file. So it
 * gets one word for all of them, and each text is written into its cell.
 */
const PLACEHOLDER = "text";

function withoutTexts<Sheet extends { data: readonly (readonly Cell[])[] }>(sheet: Sheet) {
  const bare = (cell: Cell): Cell => (typeof cell?.value === "string" ? { ...cell, value: PLACEHOLDER } : cell);
  return { ...sheet, data: sheet.data.map((row) => row.map(bare)) };
}

function inlineTexts(sheets: readonly (readonly (readonly Cell[])[])[]): Feature<Stream | Buffer | Blob> {
  const written = (cell: Cell | undefined) =>
    `<is><t xml:space="preserve">${String(cell?.value).replace(/[&<>\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</t></is>`;
  return {
    files: {
      transform: {
        "xl/worksheets/sheet{id}.xml": {
          transform: (xml, _, { sheetIndex }) => {
            const texts = new Map<string, Cell>();
            for (const [r, row] of sheets[sheetIndex]!.entries())
              for (const [c, cell] of row.entries())
                if (typeof cell?.value === "string") texts.set(getCellAddress(r, c), cell);
            return xml.replace(
              /<c r="([A-Z]+\d+)"([^>]*?) t="s"([^>]*)><v>\d+<\/v><\/c>/g,
              (_cell, at: string, before: string, after: string) =>
                `<c r="${at}"${before} t="inlineStr"${after}>${written(texts.get(at))}</c>`,
            );
          },
        },
      },
    },
  };
}
