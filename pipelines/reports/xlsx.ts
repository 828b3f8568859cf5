import type { Stream } from "node:stream";
import writeExcelFile, { type Feature } from "write-excel-file/node";
import {
  getCellAddress,
  getOrderOfSiblings,
  insertElementMarkupAccordingToOrderOfSiblings,
} from "write-excel-file/utility";
import type { Column, QueryRows } from "../../load/warehouse/rows.ts";
import { defuseFormula } from "./csv.ts";
import { labelOf, MONEY } from "./labels.ts";
import { DEFINITIONS, type LicenseDocument } from "./license-document.ts";
import { plainText } from "./plain-text.ts";
import { numberOf, textOf } from "./records.ts";

/** A cell, with its format. */
type Cell = { value: string | number | boolean | Date; type: unknown; format?: string } | null;

/** The most letters that a cell of a spreadsheet holds. */
const LONGEST_TEXT = 32_767;
const NARROWEST = 9;
const WIDEST = 60;

/** The report as a workbook: a sheet a table, real dates and amounts, a header that stays and filters. */
export async function toXlsx(document: LicenseDocument): Promise<Uint8Array> {
  const currencies = currencyByOrg(document.summary);
  const tables: [name: string, rows: QueryRows][] = [
    ["Summary", document.summary],
    ["Seats", document.seats],
    ["Teams", document.teams],
    ["Coverage", document.coverage],
    ["Definitions", definitions],
  ];
  if (document.whatIf.rows.length > 0) tables.splice(1, 0, ["What-if", document.whatIf]);
  return workbookOf(tables, currencies);
}

/** Tables as a workbook, a sheet each; amounts have the currency of their organization. */
export async function workbookOf(
  tables: readonly (readonly [name: string, rows: QueryRows])[],
  currencies: ReadonlyMap<string, string> = new Map(),
): Promise<Uint8Array> {
  const sheets = tables.map(([name, rows]) => toSheet(name, rows, currencies));
  const features = [inlineTexts(sheets.map(({ data }) => data)), autoFilter(tables.map(([, rows]) => rows))];
  return writeExcelFile(sheets.map(withoutTexts) as never, { features }).toBuffer();
}

const definitions: QueryRows = {
  columns: [
    { name: "term", type: "text" },
    { name: "meaning", type: "text" },
  ],
  rows: DEFINITIONS,
};

function currencyByOrg({ columns, rows }: QueryRows): Map<string, string> {
  const org = columns.findIndex(({ name }) => name === "org");
  const currency = columns.findIndex(({ name }) => name === "currency");
  return new Map(rows.map((row) => [textOf(row[org]), textOf(row[currency])]));
}

function toSheet(sheet: string, { columns, rows }: QueryRows, currencies: ReadonlyMap<string, string>) {
  const org = columns.findIndex(({ name }) => name === "org");
  const header = columns.map(({ name }) => ({
    value: labelOf(name),
    type: String,
    fontWeight: "bold",
    backgroundColor: "#DDE6F0",
    wrap: true,
    alignVertical: "top",
  }));
  const body = rows.map((row) => {
    const currency = currencies.get(textOf(row[org])) ?? "";
    return columns.map((column, i) => toCell(row[i], column, currency));
  });
  return {
    sheet,
    data: [header, ...body],
    columns: columns.map((column, i) => ({ width: widthOf(column, body, i) })),
    stickyRowsCount: 1,
  };
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

function widthOf({ name, type }: Column, body: readonly (readonly Cell[])[], i: number): number {
  if (type === "timestamp") return 17;
  const longestWord = Math.max(
    ...labelOf(name)
      .split(" ")
      .map((word) => word.length),
  );
  let widest = Math.max(NARROWEST, longestWord + 4, Math.ceil(labelOf(name).length / 2) + 3);
  if (MONEY.has(name) || type === "date") widest = Math.max(widest, 15);
  for (const row of body) {
    const value = row[i]?.value;
    if (typeof value === "string") widest = Math.max(widest, value.length + 2);
  }
  return Math.min(WIDEST, widest);
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

/** The library has no filters of its own, but lets one add to a sheet's XML. */
function autoFilter(tables: readonly QueryRows[]): Feature<Stream | Buffer | Blob> {
  return {
    files: {
      transform: {
        "xl/worksheets/sheet{id}.xml": {
          transform: (xml, _, { sheetIndex }) => {
            const { columns, rows } = tables[sheetIndex]!;
            const range = `A1:${getCellAddress(rows.length, columns.length - 1)}`;
            const order = getOrderOfSiblings("xl/worksheets/sheet{id}.xml", "worksheet")!;
            return insertElementMarkupAccordingToOrderOfSiblings(
              xml,
              `<autoFilter ref="${range}"/>`,
              order,
              "worksheet",
            );
          },
        },
      },
    },
  };
}
