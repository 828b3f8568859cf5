import { join } from "node:path";
import { sql, type Transaction } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import { exportRows, exportSums } from "../../transform/pulls.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import { statement } from "../warehouse/statement.ts";
import { loadedFileRow, type MergeCount } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { addPullFacts, type NamedFile, withKeys } from "./pull-facts.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { makeTemp, makeTempView } from "./temp-table.ts";

/**
 * Merges exports of the usage page that an operator gave, one after the other. Exports overlap, so the facts of a file's days are
 * made anew from all exports that cover them: the order of merging tells nothing.
 */
export const mergeUsageExport: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: ({ transaction, dataDir }, units) =>
    transaction(async (tx) => {
      const given = units.map(({ file }) => file);
      await makeTemp(tx, "known_people", knownPeople());
      const counts: MergeCount[] = [];
      for (const file of await underTheirNames(tx, given)) counts.push(await mergeExport(tx, dataDir, file));
      return counts;
    }),
};

async function mergeExport(tx: Transaction<Warehouse>, dataDir: string, file: RawFileInfo): Promise<MergeCount> {
  const { org, window_from: from, window_to: before, records } = file;
  const files = await filesOfDays(tx, dataDir, file);
  const tables = [];
  for (const [number, one] of files.entries()) {
    const rows = exportRows(number, await withKeys(tx, one));
    if (one.name === file.name) await keepRejected(tx, sql`${rows}`);
    tables.push(sql`(${rows})`);
  }
  await makeTempView(tx, "incoming_export_rows", sql`${sql.join(tables, sql` union all `)}`);
  await makeTemp(tx, "incoming_pulls_summed", exportSums({ org, from, before }));
  await statement("merge/touch_span", { org, from, before }).execute(tx);
  await statement("merge/drop_export_facts", { org, from, before }).execute(tx);
  const source = { source: "usage_export", source_action: "usage_export", report_day: "" } as const;
  await addPullFacts(tx, files, source);
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

async function keepRejected(tx: Transaction<Warehouse>, rows: ReturnType<typeof sql>): Promise<void> {
  await makeTemp(
    tx,
    "incoming_usage_export",
    sql`select raw_row, reason, payload from (${rows}) where reason is not null`,
  );
}

/** The exports that cover a day of this one, itself included, in the order of their import. */
async function filesOfDays(tx: Transaction<Warehouse>, dataDir: string, file: RawFileInfo): Promise<NamedFile[]> {
  const { org, first_org, window_from: from, window_to: before } = file;
  const { rows } = await statement<{ raw_file: string; run_id: string; read_at: Date }>("merge/exports_of_span", {
    ...{ org, from, before },
  }).execute(tx);
  const others = rows.map(({ raw_file: name, run_id, read_at }) => ({
    ...{ name, run_id, read_at, org, first_org, path: join(dataDir, name) },
  }));
  const key = ({ read_at, name }: NamedFile) => `${read_at.toISOString()} ${name}`;
  return [...others, file].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
