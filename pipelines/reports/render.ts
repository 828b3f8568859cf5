import type { QueryRows } from "../../load/warehouse/rows.ts";
import { UsageError } from "../usage-error.ts";
import { toCsv } from "./csv.ts";
import { FORMATS, type Format } from "./format-names.ts";
import { toJson } from "./json.ts";
import { toTable } from "./table.ts";

/** Where text is shown. */
export interface Screen {
  readonly columns: number;
  readonly color: boolean;
  /** Nothing but text belongs on a terminal. */
  readonly isTerminal: boolean;
}

/** Rows in a format that any rows can have. In a report for spreadsheets (`defuse`), text that begins like a formula is made harmless. */
export async function render(
  rows: QueryRows,
  format: Format,
  screen: Screen,
  { defuse = true }: { defuse?: boolean } = {},
): Promise<string | Uint8Array> {
  switch (format) {
    case "table":
      return toTable(rows, screen);
    case "csv":
      return toCsv(rows, { defuseFormulas: defuse });
    case "json":
      return toJson(rows);
    case "parquet":
    case "arrow": {
      refuseTerminal(format, screen);
      const { toArrow, toParquet } = await import("./arrow.ts");
      return format === "arrow" ? toArrow(rows) : toParquet(rows);
    }
    default:
      throw new UsageError(
        `--format ${format} is for "report licenses" only; this one has ${FORMATS.filter((other) => other !== "xlsx" && other !== "html").join(", ")}`,
      );
  }
}

/** @throws UsageError where bytes would go to a terminal */
export function refuseTerminal(format: Format, screen: Screen): void {
  if (screen.isTerminal) throw new UsageError(`--format ${format} is nothing to look at on a terminal; add --out FILE`);
}
