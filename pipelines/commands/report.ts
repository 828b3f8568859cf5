import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { FORMATS } from "../reports/format-names.ts";
import type { LicenseQuestion } from "../reports/licenses.ts";
import { EXIT, EXIT_HELP } from "../run/outcome.ts";
import { complain } from "../screen.ts";
import { UsageError } from "../usage-error.ts";
import {
  allFlag,
  commonFlags,
  day,
  type End,
  helpEnd,
  type JudgedFlags,
  judgedFlags,
  outputFlags,
  type ReportFlags as SinceFlags,
} from "./flags.ts";
import { givenSeatFlags, type SeatFlags, seatFlags } from "./seat-flags.ts";

type ReportFlags = SinceFlags & SeatFlags;

const EXAMPLES = [
  "docktally report",
  "docktally report licenses",
  "docktally report licenses --format html --out seats.html",
  "docktally report licenses --as-of 2026-09-30",
  "docktally report licenses --idle-after 30,60,90 --price 24",
  "docktally report changes --since 2026-09-01",
  "docktally report licenses --todo reclaim,cancel_invite --sort saving",
  "docktally report licenses --split-by manager --format xlsx --out lists",
];

/** The formats that have room for a sentence; of the others it goes to standard error. */
const SAYS_NOTES: ReadonlySet<string> = new Set(["table", "json", "html"]);

export function defineReport(root: Command, end: End): void {
  seatFlags(allFlag(judgedFlags(outputFlags(commonFlags(root.command("report [NAME]")), FORMATS))))
    .option("--since <DAY>", "of report changes: from the first instant of this day (UTC) on", day("--since"))
    .description("answer a named question from the published warehouse; without a name, list the questions")
    .addHelpText("after", helpEnd(EXAMPLES, EXIT_HELP))
    .action(async (name, flags) => end(await (name === undefined ? listReports(flags) : runReportNamed(name, flags))));
}

/** `docktally report NAME`; gives the exit code. */
async function runReportNamed(name: string, flags: ReportFlags): Promise<number> {
  const { emit, screenOf } = await import("./console.ts");
  const { formatOf, licenseQuestion, withWarehouse } = await import("./published.ts");
  const { reportNamed, runReport } = await import("../reports/named.ts");
  const [format, screen] = [formatOf(flags), screenOf(flags)];
  await withWarehouse(flags, async (warehouse, config) => {
    const report = await reportNamed(name);
    if (name !== "changes" && flags.since !== undefined)
      throw new UsageError(`--since goes with "report changes", not with "report ${name}"`);
    const question = await licenseQuestion(flags, warehouse, config);
    if (name === "licenses") {
      if (flags.splitBy !== undefined) return writeSplit(warehouse, question, flags);
      const { renderLicenses } = await import("../reports/render-licenses.ts");
      const { knownSince } = await import("../reports/known-since.ts");
      const { columns, wide } = flags;
      const rendered = await renderLicenses(warehouse, { question, format, screen, columns, wide });
      if (!SAYS_NOTES.has(format)) for (const note of await knownSince(warehouse, question)) complain(note);
      await emit(rendered, flags.out);
      return sayUnmatched(warehouse, question);
    }
    refuseLicenseFlags(name, flags);
    if (name === "changes") {
      const { renderChanges } = await import("../reports/changes.ts");
      const since = flags.since ?? null;
      return emit(await renderChanges(warehouse, { question, since, format, screen }), flags.out);
    }
    const { prepareSeats } = await import("../reports/licenses.ts");
    const { render } = await import("../reports/render.ts");
    const { onlyColumns, withColumnsOf } = await import("../reports/columns.ts");
    await prepareSeats(warehouse, question);
    const isShort = format === "table" && !flags.wide;
    const shown = await runReport(warehouse, report, question.orgs, { short: isShort });
    const isMoreAsked = isShort && flags.columns !== undefined;
    const known = isMoreAsked ? withColumnsOf(shown, await runReport(warehouse, report, question.orgs)) : shown;
    await emit(await render(onlyColumns(known, flags.columns), format, screen), flags.out);
  });
  return EXIT.done;
}

/** Filters that no seat passes: the list is right, and a person should know why it is short. */
async function sayUnmatched(warehouse: WarehouseFile, question: LicenseQuestion): Promise<void> {
  const { unmatchedFilters } = await import("../reports/licenses.ts");
  for (const words of await unmatchedFilters(warehouse, question)) complain(words);
}

/** A file for each manager, department or team, and what was written, a line each. */
async function writeSplit(warehouse: WarehouseFile, question: LicenseQuestion, flags: ReportFlags): Promise<void> {
  const { splitBy: place, out: folder } = flags;
  const format = flags.format ?? (flags.json ? "json" : "csv");
  if (folder === undefined) throw new UsageError(`--split-by ${place} writes several files; add --out DIR`);
  if (format === "table")
    throw new UsageError("--split-by writes files; choose --format csv, xlsx, html, json, parquet or arrow");
  const { emit, screenOf } = await import("./console.ts");
  const { renderSplit } = await import("../reports/render-licenses.ts");
  const parts = await renderSplit(warehouse, { question, format, screen: screenOf(flags) }, place!);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new UsageError(`${folder} cannot be made: ${error.message}; give --out another folder`);
  });
  for (const { file, content } of parts) await emit(content, join(folder, file));
  const lines = parts.map(({ file, seats }) => `${join(folder, file)}  ${seats} ${seats === 1 ? "seat" : "seats"}\n`);
  await emit(lines.join(""), undefined);
  await sayUnmatched(warehouse, question);
}

/** What only the license report can do is refused elsewhere, not passed over. */
function refuseLicenseFlags(name: string, flags: ReportFlags): void {
  const { asOf, idleAfter, grace, price } = flags;
  const judged = { "--as-of": asOf, "--idle-after": idleAfter, "--grace": grace, "--price": price };
  const given = { ...judged, ...givenSeatFlags(flags) };
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
