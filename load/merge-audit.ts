import { sql, type Transaction } from "kysely";
import {
  auditFacts,
  identifiedEvents,
  parsedEvents,
  type RawFile,
  rejectedEvents,
  unknownEvents,
} from "../transform/usage-facts.ts";
import type { LoadedFileRow, Warehouse } from "../transform/warehouse.ts";
import type { RawFileInfo } from "./raw-files.ts";
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
 */
export async function mergeAuditFiles(warehouse: WarehouseFile, files: readonly RawFileInfo[]): Promise<MergeCount[]> {
  const raw = files.map((file) => ({ path: file.path, name: file.name, org: file.org, readAt: file.read_at }));
  return await warehouse.transaction(async (tx) => {
    await parseInto(tx, raw);
    await findFresh(tx, raw);
    await insertFresh(tx, raw);
    const counts = await countFiles(tx, files);
    await tx.insertInto("ops.loaded_files").values(counts).execute();
    await addMetActions(tx);
    return counts.map(({ org, records, facts, rejected, duplicates }) => ({
      org,
      records,
      facts,
      rejected,
      duplicates,
    }));
  });
}

async function parseInto(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<void> {
  await sql`create or replace temp table incoming as ${parsedEvents(files)}`.execute(tx);
}

async function findFresh(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<void> {
  await sql`create or replace temp table incoming_identified as ${identifiedEvents()}`.execute(tx);
  await sql`create or replace temp table incoming_rejected as ${rejectedEvents(files)}`.execute(tx);
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from incoming_identified`.execute(tx);
  const range = { from: rows[0]?.from ?? new Date(0), to: rows[0]?.to ?? new Date(0) };
  await sql`create or replace temp table incoming_fresh as ${unknownEvents(tx, range)}`.execute(tx);
}

async function insertFresh(tx: Transaction<Warehouse>, files: readonly RawFile[]): Promise<void> {
  await sql`insert into fct_usage ${auditFacts(files)}`.execute(tx);
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
async function addMetActions(tx: Transaction<Warehouse>): Promise<void> {
  await sql`
    insert into dim_action (source_action, action, category, verb, is_usage, is_automation_likely, known_since, is_known, label, meaning)
    select distinct source_action, source_action, coalesce(nullif(split_part(source_action, '.', 1), ''), 'unknown'),
      coalesce(nullif(split_part(source_action, '.', -1), ''), 'unknown'), false, false, null, false, null, null
    from incoming
    where reason is null and source_action not in (select source_action from dim_action)`.execute(tx);
}
