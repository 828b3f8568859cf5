import { readFileSync } from "node:fs";
import { ask, type QueryRows } from "../../load/read-rows.ts";
import { openReader, type WarehouseFile } from "../../load/warehouse-file.ts";
import { chosenOrgs, licenseDocument, namedReports, onlyOrgs, reportNamed, runReport } from "../report.ts";
import { toCsv } from "../reports/csv.ts";
import { toJson } from "../reports/json.ts";
import { toTable } from "../reports/table.ts";
import { UsageError } from "../usage-error.ts";
import { type CommonFlags, complain, configOf, emit, hasColor, terminalWidth } from "./console.ts";

interface AskFlags extends CommonFlags {
  readonly format?: "table" | "csv" | "json";
  readonly out?: string;
}

const formatOf = (flags: AskFlags) => flags.format ?? (flags.json ? "json" : "table");

/** `docktally query SQL` */
export async function queryCommand(query: string, flags: AskFlags): Promise<void> {
  await withWarehouse(flags, async (warehouse) => {
    const text = query === "-" ? readFileSync(0, "utf8") : query;
    const answer = await ask(warehouse.connection, text).catch((error: Error) => {
      throw new UsageError(`the query failed: ${error.message}`, { cause: error });
    });
    const orgs = await chosenOrgs(warehouse, flags.connection ?? []);
    await emit(format(onlyOrgs(answer, orgs), flags), flags.out);
  });
}

/** `docktally report [NAME]` */
export async function reportCommand(name: string | undefined, flags: AskFlags): Promise<void> {
  if (name === undefined) return listReports(flags);
  await withWarehouse(flags, async (warehouse) => {
    const report = await reportNamed(name);
    const orgs = await chosenOrgs(warehouse, flags.connection ?? []);
    if (name === "licenses" && formatOf(flags) === "json") {
      const { as_of, summary, seats } = await licenseDocument(warehouse, report, orgs);
      const document = { as_of, summary: JSON.parse(toJson(summary)), seats: JSON.parse(toJson(seats)), what_if: [] };
      return emit(`${JSON.stringify(document, null, 2)}\n`, flags.out);
    }
    await emit(format(await runReport(warehouse, report, orgs, formatOf(flags) === "table"), flags), flags.out);
  });
}

async function listReports(flags: AskFlags): Promise<void> {
  const reports = await namedReports();
  if (formatOf(flags) === "json")
    return emit(
      `${JSON.stringify(
        reports.map(({ name, answers }) => ({ name, answers })),
        null,
        2,
      )}\n`,
      flags.out,
    );
  await emit(reports.map(({ name, answers }) => `${name}  ${answers}\n`).join(""), flags.out);
}

async function withWarehouse(flags: AskFlags, work: (warehouse: WarehouseFile) => Promise<void>): Promise<void> {
  try {
    const warehouse = await openReader(configOf(flags, false).dataDir);
    try {
      await work(warehouse);
    } finally {
      warehouse.close();
    }
  } catch (error) {
    complain(error);
  }
}

function format(answer: QueryRows, flags: AskFlags): string {
  switch (formatOf(flags)) {
    case "csv":
      return toCsv(answer);
    case "json":
      return toJson(answer);
    default:
      return toTable(answer, { columns: terminalWidth(), color: flags.out === undefined && hasColor() });
  }
}
