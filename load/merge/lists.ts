import { type Expression, type RawBuilder, sql, type Transaction } from "kysely";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import { keepListed, type Listed, newestOf } from "./keep-listed.ts";
import { loadedFileRow, type NewLoadedFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { makeTemp } from "./temp-table.ts";

/** A list of which each snapshot tells of everything anew, and what is kept of it. */
export interface KeptList {
  /** Its stream; the parsed records are in `incoming_<stream>`. */
  readonly stream: "groups" | "repositories" | "tokens";
  readonly parsed: (paths: readonly string[]) => Expression<unknown>;
  /** Where the newer of what is known and what was parsed is kept, whatever the order of the files. */
  readonly listed: Listed;
  /** What else is kept of it. */
  readonly also?: { readonly table: string; readonly keep: () => RawBuilder<unknown> };
}

const NOTHING = { facts: 0, duplicates: 0, oldest_event_at: null };

/** Merges the snapshots of a batch together, in one transaction: many are no more work than one, and their order does not matter. */
export function mergeLists(list: KeptList): Merge {
  return {
    most: 256,
    beside: null,
    isByOrg: false,
    isRepetitive: false,
    tables: [list.listed.table, ...(list.also ? [list.also.table] : [])],
    merge: ({ transaction }, units) =>
      transaction(async (tx) => {
        const given = units.map(({ file }) => file);
        const files = await underTheirNames(tx, given);
        const hasOdd = await parseLists(tx, list, files);
        const rows: NewLoadedFile[] = [];
        for (const file of files) {
          const rejected = hasOdd.has(file.name) ? await addRejectedOf(tx, list, file) : 0;
          rows.push(loadedFileRow(file, file.kind, { ...NOTHING, records: file.records, rejected }));
        }
        await tx.insertInto("ops.loaded_files").values(rows).execute();
        await keepListed(list.listed, newestOf(list.stream, list.listed)).execute(tx);
        await list.also?.keep().execute(tx);
        return rows.map(({ org, records, facts, rejected, duplicates }) => ({
          org,
          records,
          facts,
          rejected,
          duplicates,
        }));
      }),
  };
}

/** Makes `incoming_<stream>` of all files; gives those that hold records which cannot be used. */
async function parseLists(
  tx: Transaction<Warehouse>,
  { stream, parsed }: KeptList,
  files: readonly RawFileInfo[],
): Promise<ReadonlySet<string>> {
  const rows = files.map(
    ({ path, name, org, read_at }) => sql`(${path}, ${name}, ${org}, ${read_at.toISOString().slice(0, -1)}::timestamp)`,
  );
  await makeTemp(tx, "incoming_lists", sql`from (values ${sql.join(rows)}) as list (path, name, org, read_at)`);
  await makeTemp(tx, `incoming_${stream}`, parsed(files.map(({ path }) => path)));
  const { rows: odd } = await sql<{ raw_file: string }>`
    select distinct raw_file from ${sql.table(`incoming_${stream}`)} where reason is not null`.execute(tx);
  return new Set(odd.map(({ raw_file }) => raw_file));
}

/** `addRejected` looks at one file's records. */
async function addRejectedOf(tx: Transaction<Warehouse>, { stream }: KeptList, file: RawFileInfo): Promise<number> {
  const all = sql.table(`incoming_${stream}`);
  await makeTemp(tx, "incoming_together", sql`from ${all}`);
  await makeTemp(tx, `incoming_${stream}`, sql`from incoming_together where raw_file = ${file.name}`);
  const rejected = await addRejected(tx, file);
  await makeTemp(tx, `incoming_${stream}`, sql`from incoming_together`);
  return rejected;
}
