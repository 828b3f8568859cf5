import type { WarehouseFile } from "../../load/warehouse/open.ts";
import type { Format } from "./format-names.ts";
import { type LicenseQuestion, prepareSeats } from "./licenses.ts";
import { reportNamed, runReport } from "./named.ts";
import { refuseTerminal, render, type Screen } from "./render.ts";

/** What is asked of the report on changes, and how it is to look. */
export interface ChangesAnswer {
  readonly question: LicenseQuestion;
  /** `YYYY-MM-DD`: from its first instant (UTC) on; null: the last 30 days. */
  readonly since: string | null;
  readonly format: Format;
  readonly screen: Screen;
}

/** Who came, went, fell idle or came back since a day. */
export async function renderChanges(
  warehouse: WarehouseFile,
  { question, since, format, screen }: ChangesAnswer,
): Promise<string | Uint8Array> {
  await prepareSeats(warehouse, question);
  if (since !== null) await warehouse.connection.run(`set variable since = timestamp '${since}'`);
  const rows = await runReport(warehouse, await reportNamed("changes"), question.orgs);
  if (format !== "xlsx") return render(rows, format, screen);
  refuseTerminal(format, screen);
  const { wholeSheet } = await import("./workbook-sheets.ts");
  const { workbookOf } = await import("./xlsx.ts");
  return workbookOf([wholeSheet("Changes", rows)]);
}
