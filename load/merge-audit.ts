import { sql } from "kysely";
import { withActorKind } from "../transform/actor-kinds.ts";
import { auditFacts, parsedEvents, rejectedEvents, unknownFacts } from "../transform/usage-facts.ts";
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
  const rows = files.filter((file) => file.kind !== "horizon");
  try {
    return await db.transaction().execute(async () => {
      await parseInto(warehouse, rows);
      await findFresh(warehouse);
      await insertFresh(warehouse);
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
    throw (await findBroken(warehouse, rows)) ?? error;
  }
}

async function parseInto({ db }: WarehouseFile, files: readonly RawFileInfo[]): Promise<void> {
  const raw = files.map((file) => ({ path: file.path, name: file.name, readAt: file.read_at }));
  if (raw.length === 0) {
    await sql`create or replace temp table incoming (raw_file varchar, raw_row bigint, org varchar, run_id varchar, read_at timestamp,
      account varchar, source_action varchar, name varchar, source_actor varchar, occurred_at timestamp, data json, description varchar,
      event_id varchar, reason varchar, payload varchar)`.execute(db);
    return;
  }
  await sql`create or replace temp table incoming as ${parsedEvents(raw)}`.execute(db);
}

async function findFresh({ db }: WarehouseFile): Promise<void> {
  await sql`create or replace temp table incoming_batch as ${auditFacts()}`.execute(db);
  await sql`create or replace temp table incoming_facts as ${withActorKind("incoming_batch")}`.execute(db);
  await sql`create or replace temp table incoming_rejected as ${rejectedEvents()}`.execute(db);
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(occurred_at) as "from", max(occurred_at) as "to" from incoming_facts`.execute(db);
  const range = { from: rows[0]?.from ?? new Date(0), to: rows[0]?.to ?? new Date(0) };
  await sql`create or replace temp table incoming_facts as ${unknownFacts(db, range)}`.execute(db);
}

async function insertFresh({ db }: WarehouseFile): Promise<void> {
  await db
    .insertInto("fct_usage")
    .expression(db.selectFrom("incoming_facts").selectAll().orderBy("occurred_at"))
    .execute();
  await db.insertInto("ops.rejected").expression(db.selectFrom("incoming_rejected").selectAll()).execute();
}

/** `ops.loaded_files` rows; duplicates are counted from the records, not as a remainder, so that a check can hold the sum. */
async function countFiles({ db }: WarehouseFile, files: readonly RawFileInfo[]): Promise<LoadedFileRow[]> {
  const { rows } = await sql<
    Record<"raw_file", string> &
      Record<"records" | "facts" | "rejected" | "duplicates", bigint> & { oldest: Date | null }
  >`
    select
      raw_file,
      count(*) as records,
      count(fact.raw_row) as facts,
      count(rejected.raw_row) as rejected,
      count(*) filter (where fact.raw_row is null and rejected.raw_row is null) as duplicates,
      min(occurred_at) filter (where reason is null) as oldest,
    from incoming
    left join (select raw_file, raw_row from incoming_facts) as fact using (raw_file, raw_row)
    left join (select raw_file, raw_row from incoming_rejected) as rejected using (raw_file, raw_row)
    group by raw_file`.execute(db);
  const counted = new Map(rows.map((row) => [row.raw_file, row]));
  const loaded_at = new Date();
  return files.map((file) => {
    const count = counted.get(file.name);
    return {
      raw_file: file.name,
      org: file.org,
      stream: file.stream,
      kind: file.kind,
      run_id: file.run_id,
      read_at: file.read_at,
      window_from: file.window_from,
      window_to: file.window_to,
      oldest_event_at: file.oldest_event_at ?? count?.oldest ?? null,
      records: Number(count?.records ?? 0),
      facts: Number(count?.facts ?? 0),
      rejected: Number(count?.rejected ?? 0),
      duplicates: Number(count?.duplicates ?? 0),
      loaded_at,
    };
  });
}

/** Actions that only the data know get a row of their own in `dim_action`, category and verb from their name. */
async function addMetActions({ db }: WarehouseFile): Promise<void> {
  await sql`
    insert into dim_action (source_action, action, category, verb, is_usage, is_automation_likely, known_since, is_known, label, meaning)
    select distinct source_action, action, category, verb, false, false, null, false, null, null
    from incoming_facts
    where source_action not in (select source_action from dim_action)`.execute(db);
}
