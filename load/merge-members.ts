import { sql } from "kysely";
import { withActorKind } from "../transform/actor-kinds.ts";
import { insightsFacts, insightsValues } from "../transform/insights.ts";
import { memberChanges, parsedInvites, parsedMembers, people } from "../transform/people.ts";
import type { MergeCount } from "./merge-audit.ts";
import { findBroken, type RawFileInfo } from "./raw-files.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A snapshot that would close more of the current rows than this is taken for a mistake of the source. */
const LARGEST_SHRINK = 0.3;

/** The shrink guard refused a snapshot; nothing of it was merged but the note that it was refused. */
export interface RefusedSnapshot {
  readonly refused: { readonly current: number; readonly gone: number };
}

/**
 * Merges one snapshot of the members (and of the open invitations, read in the same run) in one transaction: SCD2 periods in
 * `dim_member`, Insights values, their facts, and the row in `ops.loaded_files`.
 * @throws BrokenRawFileError where the file cannot be read; nothing is merged then
 */
export async function mergeSnapshot(
  warehouse: WarehouseFile,
  file: RawFileInfo,
  invites: RawFileInfo | null,
): Promise<MergeCount | RefusedSnapshot> {
  const { db } = warehouse;
  try {
    return await db.transaction().execute(async () => {
      await parseSnapshot(warehouse, file, invites);
      if (await isStale(warehouse, file)) return await recordFile(warehouse, file, "stale", { facts: 0, rejected: 0 });
      const { current, gone } = await countGone(warehouse, file.org);
      const isRefused = !file.accept_shrink && current > 0 && gone / current > LARGEST_SHRINK;
      if (isRefused) {
        await recordFile(warehouse, file, "refused", { facts: 0, rejected: 0 });
        return { refused: { current, gone } };
      }
      await closeChanged(warehouse, file);
      await openChanged(warehouse, file);
      await addInsights(warehouse, file);
      const facts = await addInsightsFacts(warehouse, file);
      const rejected = await addRejected(warehouse, file);
      await recordSnapshot(warehouse, file);
      if (invites) await recordFile(warehouse, invites, invites.kind, { facts: 0, rejected: 0 });
      return await recordFile(warehouse, file, file.kind, { facts, rejected });
    });
  } catch (error) {
    throw (await findBroken(warehouse, invites ? [file, invites] : [file])) ?? error;
  }
}

/** A snapshot no newer than the last one merged tells nothing new (a clock that was set back, say). */
async function isStale({ db }: WarehouseFile, { org, read_at }: RawFileInfo): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ops.member_snapshots where org = ${org} and taken_at >= ${read_at} limit 1`.execute(db);
  return rows.length > 0;
}

async function parseSnapshot({ db }: WarehouseFile, file: RawFileInfo, invites: RawFileInfo | null): Promise<void> {
  await sql`create or replace temp table incoming_members as ${parsedMembers(file.path)}`.execute(db);
  await sql`create or replace temp table incoming_invites as ${parsedInvites(invites?.path ?? null)}`.execute(db);
  await sql`create or replace temp table incoming_people as ${people(file.org)}`.execute(db);
  const { rows } = await sql`select 1 from ops.member_snapshots where org = ${file.org} limit 1`.execute(db);
  await sql`create or replace temp table incoming_changes as ${memberChanges(file.org, rows.length === 0)}`.execute(db);
}

async function countGone({ db }: WarehouseFile, org: string): Promise<{ current: number; gone: number }> {
  const { rows } = await sql<{ current: bigint; gone: bigint }>`
    select
      (select count(*) from dim_member where is_current and org = ${org}) as current,
      (select count(*) from incoming_changes where change_type = 'left') as gone`.execute(db);
  return { current: Number(rows[0]?.current ?? 0), gone: Number(rows[0]?.gone ?? 0) };
}

/** Ends the periods of those who changed or are gone. */
async function closeChanged({ db }: WarehouseFile, { org, read_at }: RawFileInfo): Promise<void> {
  await sql`
    update dim_member set valid_to = ${read_at}, is_current = false
    where org = ${org} and is_current and member_key in (select was_key from incoming_changes where was_key is not null)`.execute(
    db,
  );
}

/** Opens a period for everybody who is new or changed. */
async function openChanged({ db }: WarehouseFile, { read_at, run_id }: RawFileInfo): Promise<void> {
  await sql`
    insert into dim_member by name
    select * exclude (was_key), ${read_at} as valid_from, null::timestamp as valid_to, true as is_current, ${run_id} as run_id
    from incoming_changes
    where change_type <> 'left'
    order by member_key`.execute(db);
}

/** Keeps Insights values that differ from the last known ones of their member. */
async function addInsights({ db }: WarehouseFile, { org, read_at }: RawFileInfo): Promise<void> {
  await sql`
    insert into ops.member_insights by name
    select ${org} as org, seen.member_key, ${read_at} as taken_at, seen.last_logged_in_at, seen.last_seen_at, seen.desktop_version
    from (${insightsValues()}) as seen
    left join (
      select member_key, unnest(arg_max(struct_pack(last_logged_in_at, last_seen_at, desktop_version), taken_at))
      from ops.member_insights where org = ${org}
      group by member_key
    ) as known using (member_key)
    where (seen.last_logged_in_at, seen.last_seen_at, seen.desktop_version)
      is distinct from (known.last_logged_in_at, known.last_seen_at, known.desktop_version)
    order by member_key`.execute(db);
}

async function addInsightsFacts({ db }: WarehouseFile, file: RawFileInfo): Promise<number> {
  await sql`create or replace temp table incoming_batch as ${insightsFacts(file)}`.execute(db);
  await sql`create or replace temp table incoming_facts as ${withActorKind("incoming_batch")}`.execute(db);
  const added = await db
    .insertInto("fct_usage")
    .expression(
      db
        .selectFrom("incoming_facts as fresh")
        .selectAll("fresh")
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("fct_usage as known")
                .select(sql.lit(1).as("one"))
                .whereRef("known.fact_id", "=", "fresh.fact_id")
                .where("known.source", "=", "member_insights"),
            ),
          ),
        )
        .orderBy("occurred_at"),
    )
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0n);
}

async function addRejected({ db }: WarehouseFile, { org, name, run_id }: RawFileInfo): Promise<number> {
  await sql`create or replace temp table incoming_rejected as
    select md5(concat_ws(chr(31), ${org}, 'members', reason, payload)) as reject_id, ${org} as org, 'members' as stream, reason, payload,
      ${name} as raw_file, raw_row, ${run_id} as run_id
    from incoming_members
    where reason is not null and reject_id not in (select reject_id from ops.rejected)
    qualify row_number() over (partition by reject_id order by raw_row) = 1`.execute(db);
  const added = await db
    .insertInto("ops.rejected")
    .expression(db.selectFrom("incoming_rejected").selectAll())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0n);
}

async function recordSnapshot({ db }: WarehouseFile, file: RawFileInfo): Promise<void> {
  await sql`
    insert into ops.member_snapshots by name
    select
      ${file.org} as org,
      ${file.read_at} as taken_at,
      (select count(*) from incoming_people where seat_type <> 'invitee') as members,
      (select count(*) from incoming_people where seat_type = 'invitee') as invitees,
      (select count(*) from (${insightsValues()})) as insights_members,
      (select count(*) from incoming_people where email is not null) as emails,
      ${file.run_id} as run_id,
      ${file.name} as raw_file`.execute(db);
}

async function recordFile(
  { db }: WarehouseFile,
  file: RawFileInfo,
  kind: string,
  { facts, rejected }: { facts: number; rejected: number },
): Promise<MergeCount> {
  const { org, records } = file;
  const { name: raw_file, stream, run_id, read_at, window_from, window_to } = file;
  const row = { raw_file, org, stream, kind, run_id, read_at, window_from, window_to, oldest_event_at: null };
  await db
    .insertInto("ops.loaded_files")
    .values({ ...row, records, facts, rejected, duplicates: 0, loaded_at: new Date() })
    .execute();
  return { org, records, facts, rejected, duplicates: 0 };
}
