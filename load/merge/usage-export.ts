import { join } from "node:path";
import { type Kysely, sql, type Transaction } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import { exportRows, exportSums } from "../../transform/pulls.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import { statement } from "../warehouse/statement.ts";
import { loadedFileRow, type MergeCount } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { addPullFacts, forgetSums, type NamedFile, useMemoryFor, withKeys } from "./pull-facts.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { makeTemp, makeTempView } from "./temp-table.ts";

/**
 * Merges an export of the usage page that an operator gave. Exports overlap, so the facts of a file's days are made anew from all
 * exports that cover them: the order of merging tells nothing.
 */
export const mergeUsageExport: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: ({ alone, dataDir, memoryLimit }, units) =>
    alone(async (own) => {
      const given = units.map(({ file }) => file);
      const named = await own.transaction().execute((tx) => underTheirNames(tx, given));
      const counts: MergeCount[] = [];
      for (const file of named) {
        const files = await filesOfDays(own, dataDir, file);
        await useMemoryFor(own, file, { memoryLimit });
        // as in pulls.ts, before the transaction
        await parseExports(own, file, files);
        counts.push(await own.transaction().execute((tx) => mergeExport(tx, file, files)));
        await forgetSums(own);
      }
      return counts;
    }),
};

async function parseExports(own: Kysely<Warehouse>, file: RawFileInfo, files: readonly NamedFile[]): Promise<void> {
  const { org, window_from: from, window_to: before } = file;
  const rows = [];
  for (const [number, one] of files.entries()) rows.push(sql`(${exportRows(number, await withKeys(own, one))})`);
  const number = files.findIndex(({ name }) => name === file.name);
  await makeTemp(own, "known_people", knownPeople());
  await makeTempView(own, "incoming_export_rows", sql.join(rows, sql` union all `));
  await makeTemp(own, "incoming_usage_export", statement("merge/rejected_export_rows", { number }));
  await makeTemp(own, "incoming_pulls_summed", exportSums({ org, from, before }));
}

async function mergeExport(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  files: readonly NamedFile[],
): Promise<MergeCount> {
  const { org, window_from: from, window_to: before, records } = file;
  await statement("merge/touch_span", { org, from, before }).execute(tx);
  await statement("merge/drop_export_facts", { org, from, before }).execute(tx);
  await addPullFacts(tx, files, { source: "usage_export", source_action: "usage_export", report_day: "" });
  const rejected = await addRejected(tx, file);
  const counted = { records, facts: 0, rejected, duplicates: records - rejected, oldest_event_at: null };
  await tx
    .insertInto("ops.loaded_files")
    .values(loadedFileRow(file, file.kind, counted))
    .execute();
  await statement("merge/count_export_facts", { org }).execute(tx);
  const { facts, duplicates } = await tx
    .selectFrom("ops.loaded_files")
    .select(["facts", "duplicates"])
    .where("raw_file", "=", file.name)
    .executeTakeFirstOrThrow();
  return { org, records, facts: Number(facts), rejected, duplicates: Number(duplicates) };
}

/** The exports that cover a day of this one, itself included, in the order of their import. */
async function filesOfDays(own: Kysely<Warehouse>, dataDir: string, file: RawFileInfo): Promise<NamedFile[]> {
  const { org, first_org, window_from: from, window_to: before } = file;
  const { rows } = await statement<{ raw_file: string; run_id: string; read_at: Date }>("merge/exports_of_span", {
    ...{ org, from, before },
  }).execute(own);
  const others = rows.map(({ raw_file: name, run_id, read_at }) => ({
    ...{ name, run_id, read_at, org, first_org, path: join(dataDir, name) },
  }));
  const key = ({ read_at, name }: NamedFile) => `${read_at.toISOString()} ${name}`;
  return [...others, file].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
