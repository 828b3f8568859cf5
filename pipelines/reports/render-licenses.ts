import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import type { Format } from "./format-names.ts";
import { toJson } from "./json.ts";
import { licenseNotes } from "./known-since.ts";
import { type LicenseQuestion, licenseReport, licenseVerdicts, prepareSeats } from "./licenses.ts";
import { type NamedReport, runReport } from "./named.ts";
import { refuseTerminal, render, type Screen } from "./render.ts";
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
    case "json": {
      const { as_of, notes, summary, seats, whatIf } = await licenseVerdicts(warehouse, question);
      const objects = (rows: QueryRows): unknown => JSON.parse(toJson(rows));
      const [total, what_if] = [objects(totalOf(summary)), objects(whatIf)];
      const answer = { as_of, notes, total, summary: objects(summary), seats: objects(seats), what_if };
      return `${JSON.stringify(answer, null, 2)}\n`;
    }
    case "html": {
      const { toHtml } = await import("./html.ts");
      return toHtml(await licenseReport(warehouse, question));
    }
    case "xlsx": {
      refuseTerminal(format, screen);
      const { toXlsx } = await import("./xlsx.ts");
      return toXlsx(await licenseReport(warehouse, question));
    }
    case "table": {
      await prepareSeats(warehouse, question);
      if (question.idleAfter.length > 1) return render(await whatIfTable(warehouse, question), format, screen);
      const rows = await runReport(warehouse, report, question.orgs, { short: true });
      const notes = (await licenseNotes(warehouse, question)).map((note) => `${note}\n`);
      return rows.rows.length === 0 && notes.length > 0
        ? notes.join("")
        : `${await render(rows, format, screen)}${notes.join("")}`;
    }
    default:
      return render((await licenseVerdicts(warehouse, question)).seats, format, screen);
  }
}

/** Thresholds side by side, as a terminal shows them. */
async function whatIfTable(warehouse: WarehouseFile, { orgs }: LicenseQuestion): Promise<QueryRows> {
  const text = sqlText("questions/thresholds_side_by_side");
  return runReport(warehouse, { name: "what-if", answers: "", tableColumns: "*", text }, orgs);
}
