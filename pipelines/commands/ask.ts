import { readFileSync } from "node:fs";
import { openReader, type WarehouseFile } from "../../load/warehouse/open.ts";
import { ask } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";
import { type Choice, chosenOrgs, namedReports, onlyOrgs, reportNamed, runReport } from "../reports/named.ts";
import { render, type Screen } from "../reports/render.ts";
import { UsageError } from "../usage-error.ts";
import { complain, configOf, emit, hasColor, terminalWidth } from "./console.ts";
import type { AskFlags, ReportFlags } from "./licenses.ts";

const formatOf = (flags: AskFlags) => flags.format ?? (flags.json ? "json" : "table");

/** `docktally query SQL` */
export async function queryCommand(query: string, flags: AskFlags): Promise<void> {
  await withWarehouse(flags, async (warehouse, config) => {
    const text = query === "-" ? readFileSync(0, "utf8") : query;
    const answer = await ask(warehouse.connection, text).catch((error: Error) => {
      throw new UsageError(`the query failed: ${error.message}`, { cause: error });
    });
    const orgs = await chosenOrgs(warehouse, { names: flags.connection ?? [], all: true, config });
    await emit(await render(onlyOrgs(answer, orgs), formatOf(flags), screenOf(flags), false), flags.out);
  });
}

/** `docktally report [NAME]` */
export async function reportCommand(name: string | undefined, flags: ReportFlags): Promise<void> {
  if (name === undefined) return listReports(flags);
  await withWarehouse(flags, async (warehouse, config) => {
    const report = await reportNamed(name);
    const orgs = await chosenOrgs(warehouse, choiceOf(flags, config));
    const { licenseQuestion, renderLicenses } = await import("./licenses.ts");
    const question = licenseQuestion(flags, orgs);
    if (name === "licenses")
      return emit(await renderLicenses(warehouse, report, question, formatOf(flags), screenOf(flags)), flags.out);
    refuseLicenseFlags(name, flags);
    const rows = await runReport(warehouse, report, orgs, formatOf(flags) === "table");
    await emit(await render(rows, formatOf(flags), screenOf(flags)), flags.out);
  });
}

/** What only the license report can do is refused elsewhere, not passed over. */
function refuseLicenseFlags(name: string, flags: ReportFlags): void {
  const { asOf, idleAfter, grace, price } = flags;
  for (const [flag, value] of Object.entries({
    "--as-of": asOf,
    "--idle-after": idleAfter,
    "--grace": grace,
    "--price": price,
  })) {
    if (value !== undefined) throw new UsageError(`${flag} goes with "report licenses", not with "report ${name}"`);
  }
}

/** `docktally explain USER` */
export async function explainCommand(user: string, flags: ReportFlags): Promise<void> {
  await withWarehouse(flags, async (warehouse, config) => {
    const { explainSeat } = await import("../reports/explain.ts");
    const { explanationText } = await import("../reports/explanation-text.ts");
    const { licenseQuestion } = await import("./licenses.ts");
    const question = licenseQuestion(flags, await chosenOrgs(warehouse, choiceOf(flags, config)));
    const explained = await explainSeat(warehouse, user, question);
    await emit(
      flags.json ? `${JSON.stringify(explained, null, 2)}\n` : explanationText(explained, hasColor()),
      undefined,
    );
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

function choiceOf({ connection: names = [], all = false }: ReportFlags, config: Config): Choice {
  return { names, all, config };
}

async function withWarehouse(
  flags: AskFlags,
  work: (warehouse: WarehouseFile, config: Config) => Promise<void>,
): Promise<void> {
  try {
    const config = configOf(flags, false);
    const warehouse = await openReader(config.dataDir);
    try {
      await work(warehouse, config);
    } finally {
      warehouse.close();
    }
  } catch (error) {
    complain(error);
  }
}

function screenOf(flags: AskFlags): Screen {
  return {
    columns: terminalWidth(),
    color: flags.out === undefined && hasColor(),
    isTerminal: flags.out === undefined && process.stdout.isTTY === true,
  };
}
