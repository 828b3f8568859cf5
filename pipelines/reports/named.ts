import { readdir, readFile } from "node:fs/promises";
import { SQL_FOLDER } from "../../load/warehouse/migrate.ts";
import type { WarehouseFile } from "../../load/warehouse/open.ts";
import { type QueryRows, readRows } from "../../load/warehouse/rows.ts";
import type { Config } from "../config/config.ts";
import { suggestion } from "../near-match.ts";
import { UsageError } from "../usage-error.ts";
import { configuredOrgs } from "./configured-orgs.ts";

/** A named question: sql/reports/<name>.sql, whose first line says what it answers. */
export interface NamedReport {
  readonly name: string;
  readonly answers: string;
  /** What of it a terminal shows, as a select list; all where the file does not say. */
  readonly tableColumns: string;
  readonly text: string;
}

/** All named reports, `licenses` first. */
export async function namedReports(): Promise<NamedReport[]> {
  const files = (await readdir(new URL("reports/", SQL_FOLDER))).filter((file) => file.endsWith(".sql")).sort();
  const reports = await Promise.all(files.map(readReport));
  return reports.sort((a, b) => Number(b.name === "licenses") - Number(a.name === "licenses"));
}

async function readReport(file: string): Promise<NamedReport> {
  const text = await readFile(new URL(`reports/${file}`, SQL_FOLDER), "utf8");
  const columns = [...text.matchAll(/^-- table: *(.+)$/gm)].map((line) => line[1]).join(" ") || "*";
  return {
    name: file.slice(0, -".sql".length),
    answers: /^-- *(.+)$/m.exec(text)?.[1] ?? "",
    tableColumns: columns,
    text,
  };
}

/** @throws UsageError where there is no report of that name */
export async function reportNamed(name: string): Promise<NamedReport> {
  const reports = await namedReports();
  const found = reports.find((report) => report.name === name);
  if (found) return found;
  const names = reports.map((report) => report.name);
  throw new UsageError(`there is no report "${name}"${suggestion(name, names)}; there are: ${names.join(", ")}`);
}

/** Which organizations are asked for. */
export interface Choice {
  /** `--connection`, by name or organization; none for all. */
  readonly names: readonly string[];
  /** `--all`: those that are not configured any more, too. */
  readonly all: boolean;
  readonly config: Pick<Config, "file" | "configured">;
}

/** The organizations that are asked for; null for all there are. Those that are retired only where `--all` says so. */
export async function chosenOrgs(warehouse: WarehouseFile, { names, all, config }: Choice): Promise<string[] | null> {
  if (names.length === 0 && all) return null;
  const { rows } = await readRows(warehouse.connection, "select org, connection from dim_org order by org");
  const known = rows.map(([org, name]) => ({ org: String(org), name: String(name ?? org) }));
  const configured = all ? null : await configuredOrgs(warehouse, config);
  const isRetired = ({ org }: { org: string }) => configured !== null && !configured.has(org.toLowerCase());
  if (names.length === 0) return known.filter((entry) => !isRetired(entry)).map(({ org }) => org);
  return names.map((name) => {
    const isOrg = (entry: { org: string }) => entry.org.toLowerCase() === name.toLowerCase();
    const found = known.find((entry) => entry.name === name) ?? known.find(isOrg);
    if (found && !isRetired(found)) return found.org;
    if (found) throw new UsageError(`"${name}" is not configured any more, so it is retired; add --all to see it`);
    const there = known.filter((entry) => !isRetired(entry)).map((entry) => entry.name);
    const near = suggestion(name, there);
    throw new UsageError(`the warehouse knows no connection "${name}"${near}; it knows: ${there.join(", ") || "none"}`);
  });
}

/** The report's rows, of the chosen organizations only; whole, or as a terminal shows them. */
export async function runReport(
  { connection }: WarehouseFile,
  report: NamedReport,
  orgs: readonly string[] | null,
  { short = false }: { short?: boolean } = {},
): Promise<QueryRows> {
  const query = short ? `select ${report.tableColumns} from (${report.text})` : report.text;
  return onlyOrgs(await readRows(connection, query), orgs);
}

/** The rows of these organizations, where the answer tells them apart by a column `org`. */
export function onlyOrgs(answer: QueryRows, orgs: readonly string[] | null): QueryRows {
  const at = answer.columns.findIndex((column) => column.name === "org");
  if (orgs === null || at < 0) return answer;
  return { columns: answer.columns, rows: answer.rows.filter((row) => orgs.includes(String(row[at]))) };
}
