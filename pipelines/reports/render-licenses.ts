import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import type { Format } from "./format-names.ts";
import { toJson } from "./json.ts";
import { knownSince } from "./known-since.ts";
import type { LicenseDocument, LicenseVerdicts } from "./license-document.ts";
import { type LicenseQuestion, licenseReport, licenseVerdicts, prepareSeats } from "./licenses.ts";
import { type NamedReport, runReport } from "./named.ts";
import { type RowRecord, textOf, toRecords } from "./records.ts";
import { refuseTerminal, render, type Screen } from "./render.ts";
import { EVERY_SEAT, type Place, placesOf, rowsAt } from "./seat-filter.ts";
import { groupSeats, type SeatGroup } from "./split-licenses.ts";
import { totalOf } from "./totals.ts";

/** What is asked of the license report, and how it is to look. */
export interface LicenseAnswer {
  readonly question: LicenseQuestion;
  readonly format: Format;
  readonly screen: Screen;
}

/** The license report in any format. */
export async function renderLicenses(
  warehouse: WarehouseFile,
  report: NamedReport,
  { question, format, screen }: LicenseAnswer,
): Promise<string | Uint8Array> {
  switch (format) {
    case "html":
    case "xlsx":
      return renderDocument(await licenseReport(warehouse, question), format, screen);
    case "table": {
      await prepareSeats(warehouse, question);
      if (question.idleAfter.length > 1) return render(await whatIfTable(warehouse, question), format, screen);
      const rows = await seatTable(warehouse, report, question);
      const notes = (await knownSince(warehouse, question)).map((note) => `${note}\n`);
      return rows.rows.length === 0 && notes.length > 0
        ? notes.join("")
        : `${await render(rows, format, screen)}${notes.join("")}`;
    }
    default:
      return renderVerdicts(await licenseVerdicts(warehouse, question), format, screen);
  }
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

async function renderVerdicts(verdicts: LicenseVerdicts, format: Format, screen: Screen) {
  if (format !== "json") return render(verdicts.seats, format, screen);
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
      : renderVerdicts(part, format, screen));
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

/** The seats that are asked for, as a terminal shows them. */
async function seatTable(warehouse: WarehouseFile, report: NamedReport, { orgs, filter }: LicenseQuestion) {
  const rows = await runReport(warehouse, report, orgs, { short: true });
  if (filter === undefined || filter === EVERY_SEAT) return rows;
  // the same query in the same order: a place in one is the place in the other
  return rowsAt(rows, placesOf(await runReport(warehouse, report, orgs), filter));
}

/** Thresholds side by side, as a terminal shows them. */
async function whatIfTable(warehouse: WarehouseFile, { orgs }: LicenseQuestion): Promise<QueryRows> {
  const text = sqlText("questions/thresholds_side_by_side");
  return runReport(warehouse, { name: "what-if", answers: "", tableColumns: "*", text }, orgs);
}
