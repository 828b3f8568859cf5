import picocolors from "picocolors";
import type { QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { plainText } from "./plain-text.ts";
import { type Cells, type Fit, fitsWhole, fitTable, GAP, headerParts, INDENT } from "./table-fit.ts";
import { displayWidth, wrapWords } from "./wrap.ts";

export type Paint = ReturnType<typeof picocolors.createColors>;

export interface TableOptions {
  /** The width to fit, in characters; without one every line is as long as it is. */
  readonly columns?: number;
  readonly color?: boolean;
  /** How a column's cells are coloured, by its name. */
  readonly colors?: Readonly<Record<string, (text: string, paint: Paint) => string>>;
  /** The organization goes into headings even where its column would fit. */
  readonly headings?: boolean;
}

const MISSING = "–";

/**
 * Rows as a table for a terminal: no borders, numbers to the right, and every value whole. What does not fit: the organization
 * goes into headings, then text is broken at words, then rows go on on a second line, then each value has a line.
 */
export function toTable(rows: QueryRows, options: TableOptions = {}): string {
  const { columns: width = Number.POSITIVE_INFINITY, color = false, colors = {}, headings = false } = options;
  const drawing = { width, paint: picocolors.createColors(color), colors };
  const cells = toCells(rows);
  const groups = !headings && fitsWhole(cells, width) ? null : byOrganization(cells);
  const lines = groups === null ? draw(cells, cells.body, drawing) : drawGroups(groups, drawing);
  if (cells.body.length === 0) lines.push(drawing.paint.dim("(no rows)"));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Drawing {
  readonly width: number;
  readonly paint: Paint;
  readonly colors: NonNullable<TableOptions["colors"]>;
}

function toCells({ columns, rows }: QueryRows): Cells {
  return {
    types: columns.map(({ type }) => type),
    header: columns.map(({ name }) => visible(name)),
    body: rows.map((row) => columns.map(({ type }, i) => visible(cellText(row[i], type)))),
  };
}

function cellText(value: unknown, type: ValueType): string {
  if (type === "boolean" && typeof value === "boolean") return value ? "yes" : "no";
  const text = plainText(value, type) ?? MISSING;
  return type === "timestamp" ? text.replace("T", " ") : text;
}

/** Text that a terminal shows and never obeys: control, format and broken characters as escapes such as `\x1b`. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (mark) => {
    const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[mark];
    if (named !== undefined) return named;
    const code = mark.codePointAt(0)!.toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
  });
}

interface Groups {
  /** Without the organization. */
  readonly cells: Cells;
  readonly bodies: readonly { readonly org: string; readonly body: Cells["body"] }[];
}

/** The rows an organization, where it has a column, its rows stand together, and there are more rows than organizations. */
function byOrganization({ types, header, body }: Cells): Groups | null {
  const at = header.indexOf("org");
  if (at < 0 || header.length < 2 || body.length === 0) return null;
  const others = <T>(all: readonly T[]): T[] => all.filter((_, i) => i !== at);
  const bodies: { org: string; body: string[][] }[] = [];
  for (const row of body) {
    if (bodies.at(-1)?.org !== row[at]) bodies.push({ org: row[at]!, body: [] });
    bodies.at(-1)!.body.push(others(row));
  }
  const isTogether = new Set(bodies.map(({ org }) => org)).size === bodies.length;
  if (!isTogether || (bodies.length === body.length && body.length > 1)) return null;
  return { cells: { types: others(types), header: others(header), body: body.map(others) }, bodies };
}

function drawGroups({ cells, bodies }: Groups, drawing: Drawing): string[] {
  return bodies.flatMap(({ org, body }, i) => [
    ...(i === 0 ? [] : [""]),
    ...wrapWords(org, drawing.width).map((line) => drawing.paint.bold(line)),
    ...draw(cells, body, drawing),
  ]);
}

/** The rows of `body`, laid out as all of the cells would be. */
function draw(cells: Cells, body: Cells["body"], drawing: Drawing): string[] {
  const fit = fitTable(cells, drawing.width);
  return fit === null ? asRecords({ ...cells, body }, drawing) : asTable({ ...cells, body }, fit, drawing);
}

function asTable({ types, header, body }: Cells, fit: Fit, { paint, colors }: Drawing): string[] {
  const { widths, onFirst } = fit;
  const right = types.map((type) => type === "number");
  const plain = (text: string) => text;
  const row = (texts: readonly string[][], colorOf: (i: number) => (text: string) => string) => {
    const cells = texts.map((parts, i) => ({ parts, width: widths[i]!, right: right[i]!, color: colorOf(i) }));
    return [
      ...sideBySide(cells.slice(0, onFirst)),
      ...sideBySide(cells.slice(onFirst)).map((line) => INDENT + line),
    ].map((line) => line.trimEnd());
  };
  const names = header.map((name, i) => joinParts(headerParts(name), widths[i]!));
  const own = (i: number) => {
    const color = Object.hasOwn(colors, header[i]!) ? colors[header[i]!] : undefined;
    return color ? (text: string) => color(text, paint) : plain;
  };
  const rule = widths.slice(0, onFirst).map((w) => "─".repeat(w));
  return [
    ...row(names, () => plain).map((line) => paint.bold(line)),
    paint.dim(rule.join(GAP)),
    ...body.flatMap((texts) =>
      row(
        texts.map((text, i) => wrapWords(text, widths[i]!)),
        own,
      ),
    ),
  ];
}

interface Cell {
  readonly parts: readonly string[];
  readonly width: number;
  readonly right: boolean;
  readonly color: (text: string) => string;
}

function sideBySide(cells: readonly Cell[]): string[] {
  const height = Math.max(0, ...cells.map(({ parts }) => parts.length));
  return Array.from({ length: height }, (_, n) =>
    cells
      .map(({ parts, width, right, color }) => {
        const text = parts[n] ?? "";
        const space = " ".repeat(Math.max(0, width - displayWidth(text)));
        const shown = text === "" ? "" : color(text);
        return right ? space + shown : shown + space;
      })
      .join(GAP),
  );
}

/** The parts of a name in lines of at most this width. */
function joinParts(parts: readonly string[], width: number): string[] {
  const lines = [""];
  for (const part of parts) {
    const joined = lines.at(-1)! + part;
    if (lines.at(-1) === "" || displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

/** A line a value; a value with a word that has no room beside its name stands below it. */
function asRecords({ header, body }: Cells, { width, paint }: Drawing): string[] {
  const names = Math.min(Math.max(...header.map(displayWidth)), Math.max(1, Math.floor(width / 2)));
  const room = Math.max(1, width - names - GAP.length);
  const value = (text: string, i: number): string[] => {
    const name = wrapWords(header[i]!, names);
    const longest = Math.max(...text.split(" ").map(displayWidth));
    const isBelow = longest > room && longest <= width - INDENT.length;
    const cells = [{ parts: name, width: names, right: false, color: paint.bold }];
    if (isBelow) return [...sideBySide(cells), ...wrapWords(text, width - INDENT.length).map((part) => INDENT + part)];
    const parts = wrapWords(text, room);
    return sideBySide([...cells, { parts, width: 0, right: false, color: (part: string) => part }]);
  };
  return body.flatMap((row, i) => [...(i === 0 ? [] : [""]), ...row.flatMap(value)]);
}
