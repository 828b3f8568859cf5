import type { RawBuilder } from "kysely";
import { query } from "./query.ts";
import type { FactRow } from "./warehouse.ts";

/** The columns of a pull report that facts are made of, in both of the namings that Docker documents; sql/transform/report_rows.sql counts on the order. */
const REPORT_COLUMNS = [
  ...["day", "event_date", "image_repository", "repository", "event_count", "pull_count"],
  ...["hub_username", "namespace", "tag", "access_token_name"],
] as const;

/** The columns of an export of the usage page; sql/transform/export_rows.sql counts on the order. */
export const EXPORT_COLUMNS = [
  ...["datehour", "repository", "version_checks", "pulls", "user_name", "tag", "access_token_name"],
  ...["ips", "repository_privacy", "digest"],
] as const;

/** A raw file of pulls; `keys` are those of its records, as they were sent. */
export interface PullFile {
  readonly path: string;
  readonly org: string;
  readonly read_at: Date;
  readonly keys: readonly string[];
}

/** The rows of a pull report: `incoming_report_rows`. */
export const reportRows = ({ path, org, read_at, keys }: PullFile) =>
  query("report_rows", { path, org, read_at, pointers: pointersTo(REPORT_COLUMNS, keys) });

/** What a report counts, once a fact: `incoming_pulls_summed`. */
export const reportSums = () => query("report_sums");

/** The rows of one export among those that are read together; all of them: `incoming_export_rows`. */
export const exportRows = (number: number, { path, org, read_at, keys }: PullFile) =>
  query("export_rows", { path, org, read_at, number, pointers: pointersTo(EXPORT_COLUMNS, keys) });

/** What exports count on the days from one to another (not included), once a fact: `incoming_pulls_summed`. */
export const exportSums = (span: { org: string; from: Date; before: Date }) => query("export_sums", span);

/** What a source of pulls is called in its facts; `reportDay` is empty where there is no report. */
export interface PullSource {
  readonly source: "pull_report" | "usage_export";
  readonly source_action: "usage_pulls" | "usage_export";
  readonly report_day: string;
}

/** The facts of `incoming_pulls_summed`, given `known_people` and `incoming_files`. */
export const pullFacts = ({ source, source_action, report_day }: PullSource): RawBuilder<FactRow> =>
  query("pull_facts", { source, source_action, report_day });

/** Where each column is in a record (JSON pointers), whatever the capitals of its key. */
function pointersTo(columns: readonly string[], keys: readonly string[]): string[] {
  return columns.map((column) => {
    const key = keys.find((one) => one.trim().toLowerCase() === column) ?? column;
    return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  });
}
