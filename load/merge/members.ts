import { sql, type Transaction } from "kysely";
import { knownPeople } from "../../transform/actor-kinds.ts";
import { insightsFacts, insightsValues } from "../../transform/insights.ts";
import { memberChanges } from "../../transform/member-changes.ts";
import { parsedInvites, parsedMembers, people } from "../../transform/members.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { wasRead } from "../coverage.ts";
import { learnFromInvites, orgNames, spellAlike, underTheirNames } from "../organizations.ts";
import { type MergeCount, recordFile } from "./loaded-file.ts";
import type { Merge, MergedUnit, MergeUnit } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { noteRepeat } from "./repeats.ts";

/** A snapshot in which more than this part of the joined members is gone, and at least so many, is taken for a mistake of the source. */
const LARGEST_SHRINK = 0.3;
const LEAST_GONE = 5;

/**
 * Merges snapshots of the members, and of the open invitations where these were read in the same run; those of an organization
 * in the order of their reading. Few in a transaction: each makes tables of its own, and these take their room until it ends.
 */
export const mergeMembers: Merge = {
  most: 8,
  beside: "invites",
  isByOrg: true,
  isRepetitive: true,
  tables: ["dim_member", "ops.member_snapshots", "ops.member_insights"],
  merge: ({ transaction }, units) =>
    transaction(async (tx) => {
      const merged: MergedUnit[] = [];
      for (const unit of units) merged.push(await mergeUnit(tx, unit));
      return merged;
    }),
};

async function mergeUnit(tx: Transaction<Warehouse>, { file, companion, repeats }: MergeUnit): Promise<MergedUnit> {
  const [named, invites = null] = await underTheirNames(tx, companion ? [file, companion] : [file]);
  return (
    (await mergeRepeat(tx, { file: named!, companion: invites, repeats })) ?? (await mergeSnapshot(tx, named!, invites))
  );
}

/** A snapshot that says what the last one said changes nothing; null where it is none such. */
async function mergeRepeat(
  tx: Transaction<Warehouse>,
  { file, companion: invites, repeats }: MergeUnit,
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
): Promise<MergedUnit> {
  await parseSnapshot(tx, file, invites);
  const newer = await newerSnapshot(tx, file);
  if (newer) {
    const count = await recordUnmerged(tx, file, invites, "stale");
    // one of the very same instant tells the same
    return newer > file.read_at ? { stale: { taken: file.read_at, newer } } : count;
  }
  const { current, gone } = await countGone(tx, file.org);
  const isRefused = !file.accept_shrink && gone >= LEAST_GONE && gone / current > LARGEST_SHRINK;
  if (isRefused) {
    await recordUnmerged(tx, file, invites, "refused");
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
  const odd = invites && has.odd > 0 ? await addRejected(tx, invites) : 0;
  await recordSnapshot(tx, file);
  if (invites) await recordFile(tx, invites, invites.kind, { facts: 0, rejected: odd });
  const merged = await recordFile(tx, file, file.kind, { facts, rejected });
  if (invites) await learnFromInvites(tx, invites);
  if ((await orgNames(tx, file.org)).org !== file.org) await spellAlike(tx);
  return { ...merged, rejected: rejected + odd };
}

/** When the last snapshot merged was taken, where this one is no newer: it tells nothing new (a clock that was set back, say). */
async function newerSnapshot(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<Date | null> {
  const { rows } = await sql<{ newer: Date | null }>`
    select max(taken_at) as newer from ops.member_snapshots where org = ${org} and taken_at >= ${read_at}`.execute(tx);
  return rows[0]?.newer ?? null;
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
  const keepsInvitees = invites === null && (await wasRead({ db: tx }, file.org, "invites"));
  const snapshot = { isFirst: rows.length === 0, keepsInvitees, readAt: file.read_at };
  await sql`create or replace temp table incoming_changes as ${memberChanges(file.org, snapshot)}`.execute(tx);
}

/** Joined members there are, and those of them who are gone; a cancelled invitation is nobody gone. */
async function countGone(tx: Transaction<Warehouse>, org: string): Promise<{ current: number; gone: number }> {
  const { rows } = await sql<{ current: bigint; gone: bigint }>`
    select
      (select count(*) from dim_member where is_current and org = ${org} and seat_type <> 'invitee') as current,
      (select count(*) from incoming_changes
        where was_seat_type <> 'invitee' and (change_type = 'left' or seat_type = 'invitee')) as gone`.execute(tx);
  return { current: Number(rows[0]?.current ?? 0), gone: Number(rows[0]?.gone ?? 0) };
}

/** What the snapshot has at all: most nights have little, and each statement that is not sent is time won in a rebuild. */
async function countFound(
  tx: Transaction<Warehouse>,
): Promise<Record<"changes" | "insights" | "rejects" | "odd", number>> {
  const { rows } = await sql<{ changes: number; insights: number; rejects: number; odd: number }>`
    select
      (select count(*)::int from incoming_changes) as changes,
      (select count(*)::int from (${insightsValues()})) as insights,
      (select count(*)::int from incoming_members where reason is not null) as rejects,
      (select count(*)::int from incoming_invites where reason is not null) as odd`.execute(tx);
  return rows[0]!;
}

/** Ends the periods of those who changed or are gone; what an invitation is only now known by is filled in. */
async function closeChanged(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
  await sql`
    update dim_member set valid_to = ${read_at}, is_current = false
    where org = ${org} and is_current
      and member_key in (select was_key from incoming_changes where was_key is not null and change_type <> 'invite_detail')`.execute(
    tx,
  );
  await sql`
    update dim_member as invited set invited_at = detail.invited_at, inviter = detail.inviter, teams = detail.teams
    from incoming_changes as detail
    where detail.change_type = 'invite_detail' and invited.org = ${org} and invited.is_current and invited.member_key = detail.was_key`.execute(
    tx,
  );
}

/** Opens a period for everybody who is new or changed. */
async function openChanged(tx: Transaction<Warehouse>, { read_at, run_id }: RawFileInfo): Promise<void> {
  await sql`
    insert into dim_member by name
    select * exclude (was_key, was_seat_type), ${read_at} as valid_from, null::timestamp as valid_to, true as is_current, ${run_id} as run_id
    from incoming_changes
    where change_type not in ('left', 'invite_detail')
    order by member_key`.execute(tx);
}

/** Keeps Insights values that differ from the last known ones of their member. */
async function addInsights(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<void> {
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
    order by member_key`.execute(tx);
}

async function addInsightsFacts(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<number> {
  await sql`create or replace temp table incoming_insights as ${insightsValues()}`.execute(tx);
  await sql`create or replace temp table known_people as ${knownPeople()}`.execute(tx);
  await sql`create or replace temp table incoming_facts as ${insightsFacts(file)}`.execute(tx);
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

/** A snapshot that tells nothing is noted with its invitations, or these would be left over for ever. */
async function recordUnmerged(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  invites: RawFileInfo | null,
  kind: "stale" | "refused",
): Promise<MergeCount> {
  if (invites) await recordFile(tx, invites, kind, { facts: 0, rejected: 0 });
  return recordFile(tx, file, kind, { facts: 0, rejected: 0 });
}
