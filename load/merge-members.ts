import { sql, type Transaction } from "kysely";
import { withActorKind } from "../transform/actor-kinds.ts";
import { insightsFacts, insightsValues } from "../transform/insights.ts";
import { memberChanges, parsedInvites, parsedMembers, people } from "../transform/people.ts";
import type { Warehouse } from "../transform/warehouse.ts";
import type { MergeCount } from "./merge-audit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { noteRepeat } from "./repeats.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** A snapshot that would close more of the current rows than this is taken for a mistake of the source. */
const LARGEST_SHRINK = 0.3;

/** The shrink guard refused a snapshot; nothing of it was merged but the note that it was refused. */
export interface RefusedSnapshot {
  readonly refused: { readonly current: number; readonly gone: number };
}

/** A snapshot of the members, and of the open invitations where these were read in the same run. */
export interface Snapshot {
  readonly file: RawFileInfo;
  readonly invites: RawFileInfo | null;
  /** The members of the snapshot before, where both hold the same records. */
  readonly repeats: RawFileInfo | null;
}

/** Merges snapshots, the oldest first, in one transaction: what becomes of each, in their order. */
export async function mergeSnapshots(
  { transaction }: WarehouseFile,
  snapshots: readonly Snapshot[],
): Promise<(MergeCount | RefusedSnapshot)[]> {
  return await transaction(async (tx) => {
    const merged: (MergeCount | RefusedSnapshot)[] = [];
    for (const snapshot of snapshots)
      merged.push((await mergeRepeat(tx, snapshot)) ?? (await mergeSnapshot(tx, snapshot.file, snapshot.invites)));
    return merged;
  });
}

/** A snapshot that says what the last one said changes nothing; null where it is none such. */
async function mergeRepeat(
  tx: Transaction<Warehouse>,
  { file, invites, repeats }: Snapshot,
): Promise<MergeCount | null> {
  if (repeats === null || !(await noteRepeat(tx, file, repeats))) return null;
  if (invites) await recordFile(tx, invites, invites.kind, { facts: 0, rejected: 0 });
  return await recordFile(tx, file, file.kind, { facts: 0, rejected: 0 });
}

/**
 * Merges one snapshot of the members (and of the open invitations, read in the same run): SCD2 periods in `dim_member`,
 * Insights values, their facts, and the row in `ops.loaded_files`.
 */
async function mergeSnapshot(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  invites: RawFileInfo | null,
): Promise<MergeCount | RefusedSnapshot> {
  await parseSnapshot(tx, file, invites);
  if (await isStale(tx, file)) {
    if (invites) await recordFile(tx, invites, "stale", { facts: 0, rejected: 0 });
    return await recordFile(tx, file, "stale", { facts: 0, rejected: 0 });
  }
  const { current, gone } = await countGone(tx, file.org);
  const isRefused = !file.accept_shrink && current > 0 && gone / current > LARGEST_SHRINK;
  if (isRefused) {
    if (invites) await recordFile(tx, invites, "refused", { facts: 0, rejected: 0 });
    await recordFile(tx, file, "refused", { facts: 0, rejected: 0 });
    return { refused: { current, gone } };
  }
  const has = await countFound(tx);
  if (has.changes > 0) {
    await closeChanged(tx, file);
    await openChanged(tx, file);
  }
  if (has.insights > 0) await addInsights(tx, file);
  const facts = has.insights > 0 ? await addInsightsFacts(tx, file) : 0;
  const rejected = has.rejects > 0 ? await addRejected(tx, file) : 0;
  await recordSnapshot(tx, file);
  if (invites) await recordFile(tx, invites, invites.kind, { facts: 0, rejected: 0 });
  return await recordFile(tx, file, file.kind, { facts, rejected });
}

/** Notes invitations whose members were merged without them or never written, once they can be read: they tell nothing new. */
export async function noteLoneInvites({ transaction }: WarehouseFile, file: RawFileInfo): Promise<MergeCount> {
  return await transaction(async (tx) => {
    await sql`create or replace temp table incoming_invites as ${parsedInvites(file.path)}`.execute(tx);
    return await recordFile(tx, file, "stale", { facts: 0, rejected: 0 });
  });
}

/** A snapshot no newer than the last one merged tells nothing new (a clock that was set back, say). */
async function isStale(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<boolean> {
  const { rows } = await sql`
    select 1 from ops.member_snapshots where org = ${org} and taken_at >= ${read_at} limit 1`.execute(tx);
  return rows.length > 0;
}

async function parseSnapshot(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  invites: RawFileInfo | null,
): Promise<void> {
  await sql`create or replace temp table incoming_members as ${parsedMembers(file.path)}`.execute(tx);
  await sql`create or replace temp table incoming_invites as ${parsedInvites(invites?.path ?? null)}`.execute(tx);
  await sql`create or replace temp table incoming_people as ${people(file.org)}`.execute(tx);
  const { rows } = await sql`select 1 from ops.member_snapshots where org = ${file.org} limit 1`.execute(tx);
  await sql`create or replace temp table incoming_changes as ${memberChanges(file.org, rows.length === 0)}`.execute(tx);
}

async function countGone(tx: Transaction<Warehouse>, org: string): Promise<{ current: number; gone: number }> {
  const { rows } = await sql<{ current: bigint; gone: bigint }>`
    select
      (select count(*) from dim_member where is_current and org = ${org}) as current,
      (select count(*) from incoming_changes where change_type = 'left') as gone`.execute(tx);
  return { current: Number(rows[0]?.current ?? 0), gone: Number(rows[0]?.gone ?? 0) };
}

/** What the snapshot has at all: most nights have little, and each statement that is not sent is time won in a rebuild. */
async function countFound(tx: Transaction<Warehouse>): Promise<Record<"changes" | "insights" | "rejects", number>> {
  const { rows } = await sql<{ changes: number; insights: number; rejects: number }>`
    select
      (select count(*)::int from incoming_changes) as changes,
      (select count(*)::int from (${insightsValues()})) as insights,
      (select count(*)::int from incoming_members where reason is not null) as rejects`.execute(tx);
  return rows[0]!;
}

/** Ends the periods of those who changed or are gone. */
async function closeChanged(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
  await sql`
    update dim_member set valid_to = ${read_at}, is_current = false
    where org = ${org} and is_current and member_key in (select was_key from incoming_changes where was_key is not null)`.execute(
    tx,
  );
}

/** Opens a period for everybody who is new or changed. */
async function openChanged(tx: Transaction<Warehouse>, { read_at, run_id }: RawFileInfo): Promise<void> {
  await sql`
    insert into dim_member by name
    select * exclude (was_key), ${read_at} as valid_from, null::timestamp as valid_to, true as is_current, ${run_id} as run_id
    from incoming_changes
    where change_type <> 'left'
    order by member_key`.execute(tx);
}

/** Keeps Insights values that differ from the last known ones of their member. */
async function addInsights(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
  await sql`
    insert into ops.member_insights by name
    select ${org} as org, seen.member_key, ${read_at} as taken_at, seen.last_logged_in_at, seen.last_seen_at, seen.desktop_version
    from (${insightsValues()}) as seen
    left join (
      select * from ops.member_insights where org = ${org}
      qualify row_number() over (partition by member_key order by taken_at desc) = 1
    ) as known using (member_key)
    where (seen.last_logged_in_at, seen.last_seen_at, seen.desktop_version)
      is distinct from (known.last_logged_in_at, known.last_seen_at, known.desktop_version)
    order by member_key`.execute(tx);
}

async function addInsightsFacts(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<number> {
  await sql`create or replace temp table incoming_batch as ${insightsFacts(file)}`.execute(tx);
  await sql`create or replace temp table incoming_facts as ${withActorKind("incoming_batch")}`.execute(tx);
  const added = await tx
    .insertInto("fct_usage")
    .expression(
      tx
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

async function addRejected(tx: Transaction<Warehouse>, { org, name, run_id }: RawFileInfo): Promise<number> {
  await sql`create or replace temp table incoming_rejected as
    select md5(concat_ws(chr(31), ${org}, 'members', reason, payload)) as reject_id, ${org} as org, 'members' as stream, reason, payload,
      ${name} as raw_file, raw_row, ${run_id} as run_id
    from incoming_members
    where reason is not null and reject_id not in (select reject_id from ops.rejected)
    qualify row_number() over (partition by reject_id order by raw_row) = 1`.execute(tx);
  const added = await tx
    .insertInto("ops.rejected")
    .expression(tx.selectFrom("incoming_rejected").selectAll())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows ?? 0n);
}

async function recordSnapshot(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<void> {
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
      ${file.name} as raw_file`.execute(tx);
}

async function recordFile(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  kind: string,
  { facts, rejected }: { facts: number; rejected: number },
): Promise<MergeCount> {
  const { org, records } = file;
  const { name: raw_file, stream, run_id, read_at, window_from, window_to } = file;
  const row = { raw_file, org, stream, kind, run_id, read_at, window_from, window_to, oldest_event_at: null };
  await tx
    .insertInto("ops.loaded_files")
    .values({ ...row, records, facts, rejected, duplicates: 0, loaded_at: new Date() })
    .execute();
  return { org, records, facts, rejected, duplicates: 0 };
}
