import type { Line } from "./table-file.ts";
import { openArchive } from "./zip.ts";

/** What a workbook keeps apart from its sheets: shared texts, and which styles of a cell mean a date. */
interface Shared {
  readonly texts: readonly string[];
  readonly isDate: readonly boolean[];
  /** Days are counted from 1904, as spreadsheets of old Macs do. */
  readonly counts1904: boolean;
}

/**
 * The rows of a sheet of an XLSX workbook that hold anything, as text; a date is YEAR-MONTH-DAY. Null where it has no such sheet.
 * @throws BrokenArchiveError
 */
export function readSheet(bytes: Buffer, sheet: string): Line[] | null {
  const file = openArchive(bytes);
  const workbook = file("xl/workbook.xml") ?? "";
  const id = elements(workbook, "sheet").find(
    ({ attributes }) => attribute(attributes, "name")?.toLowerCase() === sheet,
  );
  if (id === undefined) return null;
  const place = targetOf(file("xl/_rels/workbook.xml.rels") ?? "", attribute(id.attributes, "[\\w]+:id") ?? "");
  const xml = place === null ? null : file(place);
  if (xml === null) return null;
  const texts = elements(file("xl/sharedStrings.xml") ?? "", "si").map(({ inner }) => textOf(inner));
  const isDate = dateStyles(file("xl/styles.xml") ?? "");
  const shared = { texts, isDate, counts1904: /date1904="(1|true)"/.test(workbook) };
  return elements(xml, "row").flatMap(({ attributes, inner }, i) => {
    const cells = cellsOf(inner, shared).map((cell) => cell.trim());
    const line = Number(attribute(attributes, "r") ?? i + 1);
    return cells.some((cell) => cell !== "") ? [{ cells, line }] : [];
  });
}

function targetOf(relations: string, id: string): string | null {
  const found = elements(relations, "Relationship").find(({ attributes }) => attribute(attributes, "Id") === id);
  const target = found === undefined ? null : attribute(found.attributes, "Target");
  if (target === null) return null;
  return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
}

function cellsOf(row: string, shared: Shared): string[] {
  const cells: string[] = [];
  for (const { attributes, inner } of elements(row, "c")) {
    const letters = /^[A-Z]+/.exec(attribute(attributes, "r") ?? "")?.[0];
    const at = letters === undefined ? cells.length : columnOf(letters);
    // the last column of any spreadsheet is XFD
    if (at > 16_383) continue;
    while (cells.length < at) cells.push("");
    cells.push(cellText(attributes, inner, shared));
  }
  return cells;
}

function cellText(attributes: string, inner: string, { texts, isDate, counts1904 }: Shared): string {
  const kind = attribute(attributes, "t") ?? "n";
  if (kind === "inlineStr") return textOf(inner);
  const value = unescapeXml(elements(inner, "v")[0]?.inner ?? "");
  if (kind === "s") return texts[Number(value)] ?? "";
  if (kind !== "n" || !isDate[Number(attribute(attributes, "s") ?? -1)]) return value;
  // days since the end of 1899, or since 1904 began
  const day = new Date((Number(value) + (counts1904 ? 1462 : 0) - 25_569) * 86_400_000);
  return value === "" || Number.isNaN(day.getTime()) ? value : day.toISOString().slice(0, 10);
}

const columnOf = (letters: string) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** Of each style of a cell, whether it shows a date. */
function dateStyles(styles: string): boolean[] {
  const own = new Map(
    elements(styles, "numFmt").map(({ attributes }) => [
      attribute(attributes, "numFmtId"),
      attribute(attributes, "formatCode") ?? "",
    ]),
  );
  const cells = elements(styles, "cellXfs")[0]?.inner ?? "";
  return elements(cells, "xf").map(({ attributes }) => {
    const id = attribute(attributes, "numFmtId");
    const code = own.get(id)?.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "");
    const number = Number(id);
    return code === undefined
      ? (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58)
      : /[dy]/i.test(code);
  });
}

/** Texts of a cell's parts; how something is pronounced is not part of it. */
function textOf(inner: string): string {
  const spoken = inner.replace(/<(\w+:)?rPh\b.*?<\/\1?rPh>/gs, "");
  return elements(spoken, "t")
    .map((one) => unescapeXml(one.inner))
    .join("");
}

/** The elements of a name, in order; none of these names stands within itself. A prefix before the name is passed over. */
function elements(xml: string, name: string): { attributes: string; inner: string }[] {
  const found = xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(\\s[^>]*?)?(?:/>|>(.*?)</(?:\\w+:)?${name}\\s*>)`, "gs"));
  return [...found].map(([, attributes = "", inner = ""]) => ({ attributes, inner }));
}

function attribute(attributes: string, name: string): string | null {
  const value = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return value === null ? null : unescapeXml(value[1] ?? value[2] ?? "");
}

const MARKS: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["amp", "&"],
]);

/** Text of XML as it is meant; a spreadsheet writes a control character as _x000D_. */
function unescapeXml(text: string): string {
  const point = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : "");
  return text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (all, decimal, hex, mark) =>
      mark ? (MARKS.get(mark) ?? all) : point(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/_x([0-9A-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
