import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { toJson } from "../reports/json.ts";
import { type LicenseQuestion, licenseReport } from "../reports/licenses.ts";
import { type NamedReport, runReport } from "../reports/named.ts";
import { type Format, refuseTerminal, render, type Screen } from "../reports/render.ts";
import type { Rows } from "../reports/rows.ts";
import { UsageError } from "../usage-error.ts";
import type { CommonFlags } from "./console.ts";

/** What `query` and `report` take. */
export interface AskFlags extends CommonFlags {
  readonly format?: Format;
  readonly out?: string;
}

/** What `report` and `explain` take beside. */
export interface ReportFlags extends AskFlags {
  readonly all?: boolean;
  readonly asOf?: string;
  readonly idleAfter?: string;
  readonly grace?: string;
  readonly price?: string;
}

/** @throws UsageError naming the flag that is wrong */
export function licenseQuestion(
  { asOf, idleAfter, grace, price }: ReportFlags,
  orgs: readonly string[] | null,
): LicenseQuestion {
  return {
    orgs,
    asOf: asOf === undefined ? null : dayOf(asOf),
    idleAfter: idleAfter === undefined ? [] : idleAfter.split(",").map((days) => daysOf("--idle-after", days)),
    grace: grace === undefined ? null : daysOf("--grace", grace),
    price: price === undefined ? null : priceOf(price),
  };
}

function dayOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new UsageError(`--as-of ${text} is no day; write it like 2026-09-30`);
  }
  return text;
}

function daysOf(flag: string, text: string): number {
  const days = Number(text.trim());
  if (/^\d+$/.test(text.trim()) && days >= 1 && days <= 3650) return days;
  throw new UsageError(
    `${flag} ${text} is no number of days; write whole days from 1 to 3650${flag === "--idle-after" ? ", several as in 30,60,90" : ""}`,
  );
}

function priceOf(text: string): number {
  if (/^\d+(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new UsageError(`--price ${text} is no price; write what a seat costs a month, like 24 or 15.50`);
}

/** The license report in any format. */
export async function renderLicenses(
  warehouse: WarehouseFile,
  report: NamedReport,
  question: LicenseQuestion,
  format: Format,
  screen: Screen,
): Promise<string | Uint8Array> {
  const document = await licenseReport(warehouse, question);
  const { as_of, summary, seats, whatIf } = document;
  const objects = (rows: Rows): unknown => JSON.parse(toJson(rows));
  switch (format) {
    case "json":
      return `${JSON.stringify({ as_of, summary: objects(summary), seats: objects(seats), what_if: objects(whatIf) }, null, 2)}\n`;
    case "html": {
      const { toHtml } = await import("../reports/html.ts");
      return toHtml(document);
    }
    case "xlsx": {
      refuseTerminal(format, screen);
      const { toXlsx } = await import("../reports/xlsx.ts");
      return toXlsx(document);
    }
    case "table": {
      if (question.idleAfter.length > 1) return render(await whatIfTable(warehouse, question), format, screen);
      return render(await runReport(warehouse, report, question.orgs, true), format, screen);
    }
    default:
      return render(seats, format, screen);
  }
}

/** Thresholds side by side, as a terminal shows them. */
async function whatIfTable(warehouse: WarehouseFile, { orgs }: LicenseQuestion): Promise<Rows> {
  const text = `select org, threshold_days as days, seats_assigned as seats, active, new, idle, never_active as never, pending_invite as invited,
    no_data, saving_year_high as y_high, saving_year_medium as y_med, saving_year_low as y_low, saving_year_invites as y_inv
    from seat_summary where moment_id > 0 order by org, moment_id`;
  return runReport(warehouse, { name: "what-if", answers: "", tableColumns: "*", text }, orgs);
}
