import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { QueryRows } from "../../load/warehouse/rows.ts";
import { sqlText } from "../../transform/query.ts";
import { UsageError } from "../usage-error.ts";
import { onlyColumns } from "./columns.ts";
import type { Format } from "./format-names.ts";
import { toJson } from "./json.ts";
import { type LicenseQuestion, licenseReport, licenseVerdicts } from "./licenses.ts";
import { licensesTable, seatColumns } from "./licenses-table.ts";
import { runReport } from "./named.ts";
import { refuseTerminal, render, type Screen } from "./render.ts";

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
    case "json": {
      const { as_of, summary, seats, whatIf } = await licenseVerdicts(warehouse, question);
      const objects = (rows: QueryRows): unknown => JSON.parse(toJson(rows));
      return `${JSON.stringify({ as_of, summary: objects(summary), seats: objects(seats), what_if: objects(whatIf) }, null, 2)}\n`;
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
      const verdicts = await licenseVerdicts(warehouse, question);
      const isAsked = columns !== undefined || wide;
      if (isAsked) return seatColumns(verdicts.seats, screen, { columns, wide });
      if (question.idleAfter.length > 1) return render(await whatIfTable(warehouse, question), format, screen);
      return licensesTable(verdicts, verdicts.seats, screen);
    }
    default:
      return render(onlyColumns((await licenseVerdicts(warehouse, question)).seats, columns), format, screen);
  }
}

function refuseColumns(format: Format, columns: LicenseAnswer["columns"]): void {
  if (columns !== undefined && DOCUMENTS.has(format))
    throw new UsageError(`--columns is for rows; --format ${format} is a whole document. Take table, csv or parquet`);
}

/** Thresholds side by side, as a terminal shows them. */
async function whatIfTable(warehouse: WarehouseFile, { orgs }: LicenseQuestion): Promise<QueryRows> {
  const text = sqlText("questions/thresholds_side_by_side");
  return runReport(warehouse, { name: "what-if", answers: "", tableColumns: "*", text }, orgs);
}
