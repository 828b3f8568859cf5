import { sql } from "kysely";
import {
  auditFacts,
  eventDays,
  identifiedEvents,
  parsedEvents,
  type RawFile,
  rejectedEvents,
  unknownEvents,
} from "../transform/usage-facts.ts";
import type { LoadedFileRow } from "../transform/warehouse.ts";
import { findBroken, type RawFileInfo } from "./raw-files.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** What became of one raw file's records. */
export interface MergeCount {
  readonly org: string;
  readonly records: number;
  readonly facts: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/**
 * Merges audit-log windows in one transaction: their facts, their rejected records, and their rows in `ops.loaded_files`,
 * on which `ops.coverage` stands. Killed anywhere, either all of it happened or nothing.
 * @throws BrokenRawFileError where one of the files cannot be read; nothing of the batch is merged then
 */
export async function mergeAuditFiles(warehouse: WarehouseFile, files: readonly RawFileInfo[]): Promise<MergeCount[]> {
  const { db } = warehouse;
  const raw = files.map((file) => ({ path: file.path, name: file.name, readAt: file.read_at }));
  try {
    return await db.transaction().execute(async () => {
      await parseInto(warehouse, raw);
      await findFresh(warehouse, raw);
      await insertFresh(warehouse, raw);
      const counts = await countFiles(warehouse, files);
      await db.insertInto("ops.loaded_files").values(counts).execute();
      await addMetActions(warehouse);
      return counts.map(({ org, records, facts, rejected, duplicates }) => ({
        org,
        records,
        facts,
        rejected,
        duplicates,
      }));
    });
  } catch (error) {
    throw (await findBroken(warehouse, files)) ?? error;
  }
}

async function parseInto({ db }: WarehouseFile, files: readonly RawFile[]): Promise<void> {
  await sql`create or replace temp table incoming as ${parsedEvents(files)}`.execute(db);
}

async function findFresh({ db }: WarehouseFile, files: readonly RawFile[]): Promise<void> {
  await sql`create or replace temp table incoming_identified as ${identifiedEvents()}`.execute(db);
  await sql`create or replace temp table incoming_rejected as ${rejectedEvents(files)}`.execute(db);
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from incoming_identified`.execute(db);
  const range = { from: rows[0]?.from ?? new Date(0), to: rows[0]?.to ?? new Date(0) };
  await sql`create or replace temp table incoming_fresh as ${unknownEvents(db, range)}`.execute(db);
}

async function insertFresh({ db }: WarehouseFile, files: readonly RawFile[]): Promise<void> {
  await sql`insert into fct_usage ${auditFacts(files)}`.execute(db);
  await sql`insert into ops.event_days by name ${eventDays(files)}`.execute(db);
  await sql`insert into ops.rejected by name select * exclude (row_id, file_number) from incoming_rejected`.execute(db);
}

/** `ops.loaded_files` rows; duplicates are counted from the records, not as a remainder, so that a check can hold the sum. */
async function countFiles({ db }: WarehouseFile, files: readonly RawFileInfo[]): Promise<LoadedFileRow[]> {
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
    group by file_number`.execute(db);
  const counted = new Map(rows.map((row) => [row.file_number, row]));
  const loaded_at = new Date();
  return files.map((file, i) => loadedFile(file, counted.get(i), loaded_at));
}

type Counted = Record<"records" | "facts" | "rejected" | "duplicates", bigint> & { oldest: Date | null };

function loadedFile(file: RawFileInfo, count: Counted | undefined, loaded_at: Date): LoadedFileRow {
  const { name: raw_file, org, stream, kind, run_id, read_at, window_from, window_to } = file;
  return {
    raw_file,
    org,
    stream,
    kind,
    run_id,
    read_at,
    window_from,
    window_to,
    oldest_event_at: file.oldest_event_at ?? count?.oldest ?? null,
    records: Number(count?.records ?? 0),
    facts: Number(count?.facts ?? 0),
    rejected: Number(count?.rejected ?? 0),
    duplicates: Number(count?.duplicates ?? 0),
    loaded_at,
  };
}

/** Actions that only the data know get a row of their own in `dim_action`, category and verb from their name. */
async function addMetActions({ db }: WarehouseFile): Promise<void> {
  await sql`
    insert into dim_action (source_action, action, category, verb, is_usage, is_automation_likely, known_since, is_known, label, meaning)
    select distinct source_action, source_action, coalesce(nullif(split_part(source_action, '.', 1), ''), 'unknown'),
      coalesce(nullif(split_part(source_action, '.', -1), ''), 'unknown'), false, false, null, false, null, null
    from incoming
    where reason is null and source_action not in (select source_action from dim_action)`.execute(db);
}
