import { type Kysely, sql, type Transaction } from "kysely";
import type { Range } from "../../transform/alike-events.ts";
import { auditFacts, eventDays, type RawFile } from "../../transform/auditlog.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { learnFromEvents, orgNames, spellAlike, underTheirNames } from "../organizations.ts";
import { touchDaysOf } from "../touched-days.ts";
import { useFullMemory } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";
import { dropAlikeEvents, findFresh, meetOtherKind, parseBatch } from "./fresh-events.ts";
import { loadedFileRow, type MergeCount, type NewLoadedFile } from "./loaded-file.ts";
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
  merge: ({ alone, memoryLimit }, units) =>
    alone(async (own) => {
      const given = units.map(({ file }) => file);
      const files = await own.transaction().execute((tx) => underTheirNames(tx, given));
      const { hasUnnamed } = await parseBatch(own, rawFilesOf(files));
      if (hasUnnamed) await useFullMemory(own, { memoryLimit });
      const range = await findFresh(own);
      return onFewCores(own, coresFor(files), () => own.transaction().execute((tx) => mergeTogether(tx, files, range)));
    }),
};

/** Eight of the engine's groups of rows. */
const MANY_RECORDS = 8 * 122_880;

/**
 * Each core that inserts leaves a group of rows that is not full, and the checkpoint writes those again that are less than three
 * full ones apart: of a small batch, one core costs half of what two do.
 */
function coresFor(files: readonly RawFileInfo[]): 1 | 2 {
  return files.reduce((sum, { records }) => sum + records, 0) > MANY_RECORDS ? 2 : 1;
}

async function onFewCores<T>(own: Kysely<Warehouse>, cores: 1 | 2, work: () => Promise<T>): Promise<T> {
  await sql`set threads = ${sql.lit(cores)}`.execute(own);
  return work().finally(() => sql`reset threads`.execute(own));
}

/** Merges files in one go, or one by one where an `event_id` came or went: then each must see what the one before it added. */
async function mergeTogether(
  tx: Transaction<Warehouse>,
  files: readonly RawFileInfo[],
  range: Range,
): Promise<MergeCount[]> {
  const meets = await meetOtherKind(tx, range);
  if (files.length > 1 && (meets.known || meets.batch)) {
    const counts: MergeCount[] = [];
    for (const file of files) {
      // the one before it may have taught another spelling
      const own = await underTheirNames(tx, [file]);
      await parseBatch(tx, rawFilesOf(own));
      counts.push(...(await mergeTogether(tx, own, await findFresh(tx))));
    }
    return counts;
  }
  await learnFromEvents(tx);
  if (meets.known) await dropAlikeEvents(tx, range);
  const repeats = await resolveRepeats(tx, range);
  await insertFresh(tx);
  await touchDaysOf(tx, files);
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

function rawFilesOf(files: readonly RawFileInfo[]): RawFile[] {
  const runs = [...new Set(files.map(({ run_id }) => run_id))].sort();
  return files.map(({ path, name, org, first_org: firstOrg, read_at: readAt, run_id: runId }) => ({
    ...{ path, name, org, firstOrg, readAt, runId },
    runNumber: runs.indexOf(runId),
  }));
}

async function insertFresh(tx: Transaction<Warehouse>): Promise<void> {
  await tx.insertInto("fct_usage").expression(auditFacts("incoming_events")).execute();
  await tx
    .insertInto("ops.event_days")
    .columns(["raw_file", "org", "read_at", "event_date", "first_event_at", "events"])
    .expression(eventDays())
    .execute();
  await statement("merge/add_rejected_events").execute(tx);
}

interface CountOfFile extends Readonly<Record<"records" | "facts" | "rejected" | "duplicates", bigint>> {
  readonly file_number: number;
  readonly oldest: Date | null;
}

/** `ops.loaded_files` rows; one time for the batch. Duplicates are counted from the records, not as a remainder, so that a check can hold the sum. */
async function countFiles(tx: Transaction<Warehouse>, files: readonly RawFileInfo[]): Promise<NewLoadedFile[]> {
  const { rows } = await statement<CountOfFile>("merge/count_files").execute(tx);
  const counted = new Map(rows.map((row) => [row.file_number, row]));
  const loadedAt = new Date();
  return files.map((file, i) => {
    const count = counted.get(i);
    const found = {
      records: Number(count?.records ?? 0),
      facts: Number(count?.facts ?? 0),
      rejected: Number(count?.rejected ?? 0),
      duplicates: Number(count?.duplicates ?? 0),
      oldest_event_at: file.oldest_event_at ?? count?.oldest ?? null,
    };
    return { ...loadedFileRow(file, file.kind, found), loaded_at: loadedAt };
  });
}
