import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import { UsageError } from "../usage-error.ts";
import { onlyColumns } from "./columns.ts";
import type { Format } from "./format-names.ts";
import { toJson } from "./json.ts";
import type { LicenseDocument, LicenseVerdicts } from "./license-document.ts";
import { type LicenseQuestion, licenseReport, licenseVerdicts } from "./licenses.ts";
import { licensesTable, seatColumns } from "./licenses-table.ts";
import { runReport } from "./named.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";
import { refuseTerminal, render, type Screen } from "./render.ts";
import { type Place, rowsAt } from "./seat-filter.ts";
import { groupSeats, type SeatGroup } from "./split-licenses.ts";
import { totalOf } from "./totals.ts";
import { wrapText } from "./wrap.ts";

/** What is asked of the license report, and how it is to look. */
export interface LicenseAnswer {
  readonly question: LicenseQuestion;
  readonly format: Format;
  readonly screen: Screen;
  /** Of the seats, in a format of rows. */
  readonly columns?: readonly string[] | undefined;
  readonly wide?: boolean | undefined;
}

/** Formats that hold more than rows. */
const DOCUMENTS: ReadonlySet<Format> = new Set<Format>(["json", "html", "xlsx"]);

/** The license report in any format. */
export async function renderLicenses(
  warehouse: WarehouseFile,
  { question, format, screen, columns, wide }: LicenseAnswer,
): Promise<string | Uint8Array> {
  refuseColumns(format, columns);
  switch (format) {
    case "html":
    case "xlsx":
      return renderDocument(await licenseReport(warehouse, question), format, screen);
    case "table": {
      const verdicts = await licenseVerdicts(warehouse, question);
      const isAsked = columns !== undefined || wide;
      if (isAsked) return seatColumns(verdicts.seats, screen, { columns, wide });
      if (question.idleAfter.length > 1) return render(await whatIfTable(warehouse, question), format, screen);
      const whole = { ...verdicts, seats: verdicts.every ?? verdicts.seats };
      return withNotes(verdicts, licensesTable(whole, verdicts.seats, screen), screen);
    }
    default:
      return renderVerdicts(await licenseVerdicts(warehouse, question), format, { screen, columns });
  }
}

/** A day before the first snapshot has no rows, and a sentence that says so. */
function withNotes({ seats, notes }: LicenseVerdicts, table: string, { columns }: Screen): string {
  const said = notes.map((note) => `${wrapText(note, columns)}\n`).join("");
  return seats.rows.length === 0 && said !== "" ? said : `${table}${said}`;
}

function refuseColumns(format: Format, columns: LicenseAnswer["columns"]): void {
  if (columns !== undefined && DOCUMENTS.has(format))
    throw new UsageError(`--columns is for rows; --format ${format} is a whole document. Take table, csv or parquet`);
}

/** What formats for people show around the seats, too. */
async function renderDocument(document: LicenseDocument, format: "html" | "xlsx", screen: Screen) {
  if (format === "html") {
    const { toHtml } = await import("./html.ts");
    return toHtml(document);
  }
  refuseTerminal(format, screen);
  const { toXlsx } = await import("./xlsx.ts");
  return toXlsx(document);
}

async function renderVerdicts(
  verdicts: LicenseVerdicts,
  format: Format,
  { screen, columns }: Pick<LicenseAnswer, "screen" | "columns">,
) {
  if (format !== "json") return render(onlyColumns(verdicts.seats, columns), format, screen);
  const { as_of, notes, summary, seats, decisions, whatIf } = verdicts;
  const objects = (rows: QueryRows): unknown => JSON.parse(toJson(rows));
  const judged = { total: objects(totalOf(summary)), summary: objects(summary), seats: objects(seats) };
  const answer = { as_of, notes, ...judged, decisions: objects(decisions), what_if: objects(whatIf) };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** The report for the seats of each manager, department or team apart; what is not about one seat is in each. */
export async function renderSplit(
  warehouse: WarehouseFile,
  { question, format, screen }: LicenseAnswer,
  place: Place,
): Promise<(Omit<SeatGroup, "seats"> & { readonly seats: number; readonly content: string | Uint8Array })[]> {
  const isWide = format === "html" || format === "xlsx";
  const whole = await (isWide ? licenseReport : licenseVerdicts)(warehouse, question);
  const rendered = [];
  for (const { file, name, seats } of groupSeats(whole.seats, place)) {
    const part = { ...whole, seats, decisions: rowsAt(whole.decisions, placesOfSeats(whole.decisions, seats)) };
    const content = await (isWide
      ? renderDocument(part as LicenseDocument, format, screen)
      : renderVerdicts(part, format, { screen }));
    rendered.push({ file: `${file}.${format}`, name, seats: seats.rows.length, content });
  }
  return rendered;
}

/** Where the decisions on these seats stand: a list for one manager tells nothing of the others' people. */
function placesOfSeats(decisions: QueryRows, seats: QueryRows): number[] {
  const keyed = (row: RowRecord, name: string) => `${textOf(row.org)}\n${textOf(row[name]).toLowerCase()}`;
  const names = ["username", "email"];
  const known = new Set(toRecords(seats).flatMap((seat) => names.map((name) => keyed(seat, name))));
  const isTheirs = (row: RowRecord) => names.some((name) => textOf(row[name]) !== "" && known.has(keyed(row, name)));
  return toRecords(decisions).flatMap((row, i) => (isTheirs(row) ? [i] : []));
}

/** Thresholds side by side, as a terminal shows them. */
async function whatIfTable(warehouse: WarehouseFile, { orgs }: LicenseQuestion): Promise<QueryRows> {
  const text = sqlText("questions/thresholds_side_by_side");
  return runReport(warehouse, { name: "what-if", answers: "", tableColumns: "*", text }, orgs);
}
