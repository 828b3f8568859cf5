import { inflateRawSync } from "node:zlib";

/** A cell as it stands in the file: its value, how it is typed and how it is shown. */
export interface WorkbookCell {
  readonly value: string;
  /** `s`: text; `b`: yes or no; `n`: a number or a date; `f`: a formula. */
  readonly type: string;
  readonly format: string;
}

export interface WorkbookSheet {
  readonly xml: string;
  readonly rows: readonly (readonly (WorkbookCell | null)[])[];
}

/** The sheets of an XLSX file by name. It reads the bytes alone, with nothing of the library that wrote them. */
export function readWorkbook(bytes: Uint8Array): Map<string, WorkbookSheet> {
  const files = unzip(Buffer.from(bytes));
  const strings = [...files.get("xl/sharedStrings.xml")!.matchAll(/<si>(.*?)<\/si>/gs)].map(([, si]) =>
    [...si!.matchAll(/<t\b[^>]*>(.*?)<\/t>/gs)].map(([, text]) => unescapeXml(text!)).join(""),
  );
  const formats = cellFormats(files.get("xl/styles.xml")!);
  const names = [...files.get("xl/workbook.xml")!.matchAll(/<sheet\b[^>]*name="([^"]*)"/g)].map(([, name]) => name!);
  return new Map(
    names.map((name, i) => {
      const xml = files.get(`xl/worksheets/sheet${i + 1}.xml`)!;
      return [unescapeXml(name), { xml, rows: cellsOf(xml, strings, formats) }];
    }),
  );
}

/** What a workbook defines of its sheets, as `NAME SHEET`: what is printed, which row each page has. */
export function readDefinedNames(bytes: Uint8Array): Map<string, string> {
  const workbook = unzip(Buffer.from(bytes)).get("xl/workbook.xml")!;
  const found = workbook.matchAll(/<definedName name="([^"]*)" localSheetId="(\d+)">([^<]*)<\/definedName>/g);
  return new Map([...found].map(([, name, sheet, range]) => [`${name} ${sheet}`, unescapeXml(range!)]));
}

function cellsOf(xml: string, strings: readonly string[], formats: readonly string[]) {
  return [...xml.matchAll(/<row\b[^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells: (WorkbookCell | null)[] = [];
    for (const [, attributes, inner] of row!.matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const at = columnOf(/\br="([A-Z]+)/.exec(attributes!)![1]!);
      while (cells.length < at) cells.push(null);
      const raw = /<v>(.*?)<\/v>/s.exec(inner ?? "")?.[1];
      const declared = /\bt="(\w+)"/.exec(attributes!)?.[1] ?? "n";
      const inline = /<is><t\b[^>]*>(.*?)<\/t><\/is>/s.exec(inner ?? "")?.[1];
      const type = (inner ?? "").includes("<f") ? "f" : declared;
      const format = formats[Number(/\bs="(\d+)"/.exec(attributes!)?.[1] ?? 0)] ?? "";
      if (inline !== undefined) cells.push({ value: unescapeXml(inline), type: "s", format });
      else cells.push(raw === undefined ? null : { value: type === "s" ? strings[Number(raw)]! : raw, type, format });
    }
    return cells;
  });
}

const columnOf = (letters: string) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

function cellFormats(styles: string): string[] {
  const custom = new Map(
    [...styles.matchAll(/<numFmt\b[^>]*>/g)].map(([tag]) => [
      /numFmtId="(\d+)"/.exec(tag)![1]!,
      unescapeXml(/formatCode="([^"]*)"/.exec(tag)![1]!),
    ]),
  );
  const cells = /<cellXfs\b.*?<\/cellXfs>/s.exec(styles)![0];
  return [...cells.matchAll(/<xf\b[^>]*>/g)].map(([tag]) => {
    const id = /numFmtId="(\d+)"/.exec(tag)?.[1] ?? "0";
    return custom.get(id) ?? id;
  });
}

function unescapeXml(text: string): string {
  const marks: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name ? marks[name]! : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}

/** The files of a ZIP archive, by its directory. */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const [names, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + names);
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20));
    files.set(name, (bytes.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)).toString("utf8"));
    at += 46 + names + extra + comment;
  }
  return files;
}
