import picocolors from "picocolors";
import type { QueryRows, ValueType } from "../../load/warehouse/rows.ts";
import { plainText } from "./plain-text.ts";

export interface TableOptions {
  /** The width to fit, in characters. */
  readonly columns?: number;
  readonly color?: boolean;
}

const GAP = "  ";
const MISSING = "–";
/** A text column is not made narrower than this. */
const NARROWEST = 8;

interface Cells {
  readonly types: readonly ValueType[];
  readonly header: readonly string[];
  readonly body: readonly (readonly string[])[];
}

/** Rows as a table for a terminal: no borders, numbers to the right, wide text cut to fit. Too many columns become one line a value. */
export function toTable(rows: QueryRows, options: TableOptions = {}): string {
  const { columns: width = 100, color = false } = options;
  const paint = picocolors.createColors(color);
  const cells = toCells(rows);
  const widths = fitWidths(cells, width);
  const lines = widths === null ? asRecords(cells, width, paint) : asTable(cells, widths, paint);
  if (cells.body.length === 0) lines.push(paint.dim("(no rows)"));
  return `${lines.join("\n")}\n`;
}

type Paint = ReturnType<typeof picocolors.createColors>;

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

/** The widths that fit, or null where none do. The widest text column gives way first, then headers over narrow values. */
function fitWidths({ types, header, body }: Cells, width: number): number[] | null {
  const values = header.map((_, i) => body.reduce((widest, row) => Math.max(widest, displayWidth(row[i]!)), 1));
  const widths = header.map((name, i) => Math.max(displayWidth(name), values[i]!));
  const least = header.map((_, i) => {
    const isText = types[i] === "text" || types[i] === "list" || types[i] === "json";
    return isText ? Math.min(widths[i]!, NARROWEST) : values[i]!;
  });
  let over = widths.reduce((sum, w) => sum + w, GAP.length * Math.max(0, widths.length - 1)) - width;
  for (; over > 0; over--) {
    const slack = widths.map((w, i) => (w > least[i]! ? w : 0));
    const widest = Math.max(...slack);
    if (widest === 0) return null;
    const i = slack.lastIndexOf(widest);
    widths[i] = widths[i]! - 1;
  }
  return widths;
}

function asTable({ types, header, body }: Cells, widths: readonly number[], paint: Paint): string[] {
  const line = (row: readonly string[]) => {
    const cells = row.map((text, i) => pad(cut(text, widths[i]!), widths[i]!, types[i] === "number"));
    return cells.join(GAP).trimEnd();
  };
  const rule = widths.map((w) => "─".repeat(w)).join(GAP);
  return [paint.bold(line(header)), paint.dim(rule), ...body.map(line)];
}

function asRecords({ header, body }: Cells, width: number, paint: Paint): string[] {
  const names = Math.min(Math.max(...header.map(displayWidth)), Math.max(1, Math.floor(width / 2)));
  const room = Math.max(1, width - names - GAP.length);
  const lines = body.map((row) =>
    row.map((text, i) => `${paint.bold(pad(cut(header[i]!, names), names, false))}${GAP}${cut(text, room)}`),
  );
  return lines.flatMap((record, i) => (i === 0 ? record : ["", ...record]));
}

function pad(text: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return right ? space + text : text + space;
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += displayWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;

/** The places that text takes on a terminal: East Asian letters and emoji take two. */
function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
