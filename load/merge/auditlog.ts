import { sql, type Transaction } from "kysely";
import { auditFacts, eventDays, type RawFile } from "../../transform/auditlog.ts";
import type { LoadedFileRow, Warehouse } from "../../transform/warehouse.ts";
import { orgNames, spellAlike, underTheirNames } from "../organizations.ts";
import { dropAlikeEvents, findFresh, meetOtherKind } from "./fresh-events.ts";
import { loadedFileRow, type MergeCount } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import { addMetActions } from "./met-actions.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { resolveRepeats, warnOfRepeats } from "./repeated-ids.ts";

/**
 * Merges auditlog windows in one transaction: their facts, their rejected records, and their rows in `ops.loaded_files`,
 * on which `ops.coverage` stands. Killed anywhere, either all of it happened or nothing. Of an event that two windows hold, the
 * first reading wins.
 */
export const mergeAuditlog: Merge = {
  most: 512,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: ["ops.event_days"],
  merge: ({ transaction }, units) =>
    transaction((tx) =>
      mergeTogether(
        tx,
        units.map(({ file }) => file),
      ),
    ),
};

/** Merges files in one go, or one by one where an `event_id` came or went: then each must see what the one before it added. */
async function mergeTogether(tx: Transaction<Warehouse>, given: readonly RawFileInfo[]): Promise<MergeCount[]> {
  const files = await underTheirNames(tx, given);
  const raw = files.map(({ path, name, org, first_org, read_at }) => ({
    path,
    name,
    org,
    firstOrg: first_org,
    readAt: read_at,
  }));
  const range = await findFresh(tx, raw);
  const meets = await meetOtherKind(tx, range);
  if (files.length > 1 && (meets.known || meets.batch)) {
    const counts: MergeCount[] = [];
    for (const file of files) counts.push(...(await mergeTogether(tx, [file])));
    return counts;
  }
  if (meets.known) await dropAlikeEvents(tx, raw, range);
  const repeats = await resolveRepeats(tx, raw, range);
  await insertFresh(tx, raw);
  const rows = await countFiles(tx, files);
  await tx.insertInto("ops.loaded_files").values(rows).execute();
  await addMetActions(tx, "incoming");
  for (const org of new Set(files.map((file) => file.org)))
    if ((await orgNames(tx, org)).org !== org) await spellAlike(tx);
  const warnings = await warnOfRepeats(tx, files, repeats);
  return rows.map(({ org, records, facts, rejected, duplicates }, i) => {
    const ofFile = repeats.filter(({ wins, row_id }) => wins && row_id >> 32n === BigInt(i));
    return { org, records, facts: facts - ofFile.length, rejected, duplicates, warnings: warnings.get(i) ?? [] };
  });
}

async function insertFresh(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<void> {
  await sql`insert into fct_usage ${auditFacts(files)}`.execute(tx);
  await sql`insert into ops.event_days by name ${eventDays(files)}`.execute(tx);
  await sql`insert into ops.rejected by name select * exclude (row_id, file_number) from incoming_rejected`.execute(tx);
}

/** `ops.loaded_files` rows; duplicates are counted from the records, not as a remainder, so that a check can hold the sum. */
async function countFiles(tx: Transaction<Warehouse>, files: readonly RawFileInfo[]): Promise<LoadedFileRow[]> {
  const { rows } = await sql<
    Record<"file_number", number> &
      Record<"records" | "facts" | "rejected" | "duplicates", bigint> & { oldest: Date | null }
  >`
    select
      file_number,
      count(*) as records,
      count(fact.row_id) as facts,
      count(rejected.row_id) as rejected,
      count(*) filter (where fact.row_id is null and rejected.row_id is null) as duplicates,
      min(incoming.occurred_at) filter (where reason is null) as oldest,
    from incoming
    left join (select row_id from incoming_fresh) as fact using (row_id)
    left join (select row_id from incoming_rejected) as rejected using (row_id)
    group by file_number`.execute(tx);
  const counted = new Map(rows.map((row) => [row.file_number, row]));
  return files.map((file, i) => {
    const count = counted.get(i);
    return loadedFileRow(file, file.kind, {
      records: Number(count?.records ?? 0),
      facts: Number(count?.facts ?? 0),
      rejected: Number(count?.rejected ?? 0),
      duplicates: Number(count?.duplicates ?? 0),
      oldest_event_at: file.oldest_event_at ?? count?.oldest ?? null,
    });
  });
}
