import type { Command } from "commander";
import { FORMATS } from "../reports/format-names.ts";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { allFlag, commonFlags, type End, helpEnd, type JudgedFlags, judgedFlags, outputFlags } from "./flags.ts";

const EXAMPLES = [
  "docktally report",
  "docktally report licenses",
  "docktally report licenses --format html --out seats.html",
  "docktally report licenses --as-of 2026-09-30",
  "docktally report licenses --idle-after 30,60,90 --price 24",
];

export function defineReport(root: Command, end: End): void {
  allFlag(judgedFlags(outputFlags(commonFlags(root.command("report [NAME]")), FORMATS)))
    .description("answer a named question from the published warehouse; without a name, list the questions")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (name, flags) => end(await (name === undefined ? listReports(flags) : runReportNamed(name, flags))));
}

/** `docktally report NAME`; gives the exit code. */
async function runReportNamed(name: string, flags: JudgedFlags): Promise<number> {
  const { emit, screenOf } = await import("./console.ts");
  const { formatOf, licenseQuestion, withWarehouse } = await import("./published.ts");
  const { reportNamed, runReport } = await import("../reports/named.ts");
  const [format, screen] = [formatOf(flags), screenOf(flags)];
  await withWarehouse(flags, async (warehouse, config) => {
    const report = await reportNamed(name);
    const question = await licenseQuestion(flags, warehouse, config);
    if (name === "licenses") {
      const { renderLicenses } = await import("../reports/render-licenses.ts");
      const { columns, wide } = flags;
      return emit(await renderLicenses(warehouse, { question, format, screen, columns, wide }), flags.out);
    }
    refuseLicenseFlags(name, flags);
    const { render } = await import("../reports/render.ts");
    const { onlyColumns, withColumnsOf } = await import("../reports/columns.ts");
    const whole = await runReport(warehouse, report, question.orgs);
    const short =
      format === "table" && !flags.wide ? await runReport(warehouse, report, question.orgs, { short: true }) : whole;
    const rows = flags.columns === undefined ? short : onlyColumns(withColumnsOf(short, whole), flags.columns);
    await emit(await render(rows, format, screen), flags.out);
  });
  return EXIT.done;
}

/** What only the license report can do is refused elsewhere, not passed over. */
function refuseLicenseFlags(name: string, { asOf, idleAfter, grace, price }: JudgedFlags): void {
  const given = { "--as-of": asOf, "--idle-after": idleAfter, "--grace": grace, "--price": price };
  for (const [flag, value] of Object.entries(given)) {
    if (value !== undefined) throw new UsageError(`${flag} goes with "report licenses", not with "report ${name}"`);
  }
}

async function listReports(flags: JudgedFlags): Promise<number> {
  const { emit, jsonText, say } = await import("./console.ts");
  const { formatOf } = await import("./published.ts");
  const { namedReports } = await import("../reports/named.ts");
  const reports = await namedReports();
  const listed = reports.map(({ name, answers }) => ({ name, answers }));
  const text = listed.map(({ name, answers }) => `${name}  ${answers}\n`).join("");
  if (formatOf(flags) === "json" || flags.out !== undefined)
    await emit(formatOf(flags) === "json" ? jsonText(listed) : text, flags.out);
  else await say(text);
  return EXIT.done;
}
