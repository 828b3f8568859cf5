import type { QueryRows } from "../../load/warehouse/rows.ts";
import { sumsText } from "./conclusion.ts";
import { numberOf, type RowRecord, textOf, toRecords } from "./records.ts";

/** How many decisions were made and what became of them, those to remove first; null where there are none. */
export function decisionsText(decisions: QueryRows, summary: QueryRows): string | null {
  const currencies = new Map(toRecords(summary).map(({ org, currency }) => [org, currency]));
  const made = toRecords(decisions).map((row) => ({ ...row, currency: currencies.get(row.org) }));
  const parts = ["remove", "ask", "keep"].flatMap((decision) => {
    const rows = made.filter((row: RowRecord) => row.decision === decision);
    return rows.length === 0 ? [] : [`${rows.length} to ${decision}: ${outcomes(rows)}`];
  });
  return parts.length === 0 ? null : `Decisions: ${parts.join("; ")}.`;
}

function outcomes(rows: readonly RowRecord[]): string {
  const named = ["removed", "still_there", "came_back"].flatMap((outcome) => {
    const count = rows.filter((row) => textOf(row.outcome) === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome.replace("_", " ")}`];
  });
  const saved = rows.some((row) => (numberOf(row.saving_realized_year) ?? 0) > 0);
  return `${named.join(", ")}${saved ? ` (${sumsText(rows, "saving_realized_year")} a year saved)` : ""}`;
}
