import type { Kysely, Transaction } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import { reportRows, reportSums } from "../../transform/pulls.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import { statement } from "../warehouse/statement.ts";
import { loadedFileRow, type MergeCount } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { addPullFacts, forgetSums, useMemoryFor, withKeys } from "./pull-facts.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { makeTemp, makeTempView } from "./temp-table.ts";

/**
 * Merges a pull report. Its facts belong to its raw file: one that was issued again takes the place of the issue before, whichever
 * is merged first. On its day exports count no more.
 */
export const mergePulls: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: ({ alone, memoryLimit }, units) =>
    alone(async (own) => {
      const given = units.map(({ file }) => file);
      const files = await own.transaction().execute((tx) => underTheirNames(tx, given));
      const counts: MergeCount[] = [];
      for (const file of files) {
        // tables that are made in a transaction cannot leave the engine's memory while it lasts, and a report may be large
        await useMemoryFor(own, file, { memoryLimit });
        await parseReport(own, file);
        counts.push(await own.transaction().execute((tx) => mergeReport(tx, file)));
        await forgetSums(own);
      }
      return counts;
    }),
};

async function parseReport(own: Kysely<Warehouse>, file: RawFileInfo): Promise<void> {
  await makeTemp(own, "known_people", knownPeople());
  await makeTempView(own, "incoming_report_rows", reportRows(await withKeys(own, file)));
  await makeTemp(own, "incoming_pulls", statement("merge/rejected_report_rows"));
  await makeTemp(own, "incoming_pulls_summed", reportSums());
}

async function mergeReport(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<MergeCount> {
  const { org, name, read_at, window_from, window_to } = file;
  const { rows } = await statement<{ raw_file: string; is_newer: boolean }>("merge/report_issues", {
    ...{ org, read_at, window_from },
    raw_file: name,
  }).execute(tx);
  if (rows.some(({ is_newer }) => is_newer)) return noteReport(tx, file, { facts: 0, rejected: 0 });
  if (rows.length > 0) await dropIssues(tx, rows);
  await statement("merge/touch_span", { org, from: window_from, before: window_to }).execute(tx);
  await dropExportFacts(tx, file);
  const report_day = window_from.toISOString().slice(0, 10);
  const facts = await addPullFacts(tx, [file], { source: "pull_report", source_action: "usage_pulls", report_day });
  return noteReport(tx, file, { facts, rejected: await addRejected(tx, file) });
}

/** Rows that became no fact of their own count as duplicates: summed with others of their grain, or told again by a newer issue. */
async function noteReport(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  { facts, rejected }: { facts: number; rejected: number },
): Promise<MergeCount> {
  const { org, records } = file;
  const duplicates = records - facts - rejected;
  const row = loadedFileRow(file, file.kind, { records, facts, rejected, duplicates, oldest_event_at: null });
  await tx.insertInto("ops.loaded_files").values(row).execute();
  return { org, records, facts, rejected, duplicates };
}

/** Takes out what earlier issues of a report brought. */
async function dropIssues(tx: Transaction<Warehouse>, issues: readonly { raw_file: string }[]): Promise<void> {
  const files = { files: issues.map(({ raw_file }) => raw_file) };
  await statement("merge/touch_facts_of_files", files).execute(tx);
  await statement("merge/drop_facts_of_files", files).execute(tx);
  await statement("merge/drop_rejected_of_files", files).execute(tx);
  await statement("merge/note_replaced_reports", files).execute(tx);
}

/** The report wins: what exports said of its day is counted no more. */
async function dropExportFacts(
  tx: Transaction<Warehouse>,
  { org, window_from, window_to }: RawFileInfo,
): Promise<void> {
  const span = { org, from: window_from, before: window_to };
  const { numAffectedRows } = await statement("merge/drop_export_facts", span).execute(tx);
  if (numAffectedRows) await statement("merge/count_export_facts", { org }).execute(tx);
}
