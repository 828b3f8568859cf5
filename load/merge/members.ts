import type { Transaction } from "kysely";
import { insightsValues } from "../../transform/insights.ts";
import { memberChanges } from "../../transform/member-changes.ts";
import { parsedInvites, parsedMembers, people } from "../../transform/members.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { wasRead } from "../coverage.ts";
import { learnFromInvites, orgNames, spellAlike, underTheirNames } from "../organizations.ts";
import { statement } from "../warehouse/statement.ts";
import { type MergeCount, recordFile } from "./loaded-file.ts";
import { addInsights, addInsightsFacts } from "./member-insights.ts";
import { closeChanged, countGone, openChanged } from "./member-periods.ts";
import type { Merge, MergedUnit, MergeUnit } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { noteRepeat } from "./repeats.ts";
import { makeTemp } from "./temp-table.ts";

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
    const count = await recordUnmerged(tx, [file, invites], "stale");
    // one of the very same instant tells the same
    return newer > file.read_at ? { stale: { taken: file.read_at, newer } } : count;
  }
  const { current, gone } = await countGone(tx, file.org);
  const isRefused = !file.accept_shrink && gone >= LEAST_GONE && gone / current > LARGEST_SHRINK;
  if (isRefused) {
    await recordUnmerged(tx, [file, invites], "refused");
    return { refused: { current, gone } };
  }
  const has = await countFound(tx);
  if (has.changes > 0) {
    await closeChanged(tx, file);
    await openChanged(tx, file);
  }
  if (has.insights > 0) await addInsights(tx, file);
  const facts = has.insights > 0 ? await addInsightsFacts(tx, file) : 0;
  const rejected = has.rejected_members > 0 ? await addRejected(tx, file) : 0;
  const rejectedInvites = invites && has.rejected_invites > 0 ? await addRejected(tx, invites) : 0;
  await recordSnapshot(tx, file);
  if (invites) await recordFile(tx, invites, invites.kind, { facts: 0, rejected: rejectedInvites });
  const merged = await recordFile(tx, file, file.kind, { facts, rejected });
  if (invites) await learnFromInvites(tx, invites);
  if ((await orgNames(tx, file.org)).org !== file.org) await spellAlike(tx);
  return { ...merged, rejected: rejected + rejectedInvites };
}

/** When the last snapshot merged was taken, where this one is no newer: it tells nothing new (a clock that was set back, say). */
async function newerSnapshot(tx: Transaction<Warehouse>, { org, read_at }: RawFileInfo): Promise<Date | null> {
  const { newer } = await tx
    .selectFrom("ops.member_snapshots")
    .select(({ fn }) => fn.max<Date | null>("taken_at").as("newer"))
    .where("org", "=", org)
    .where("taken_at", ">=", read_at)
    .executeTakeFirstOrThrow();
  return newer;
}

async function parseSnapshot(
  tx: Transaction<Warehouse>,
  file: RawFileInfo,
  invites: RawFileInfo | null,
): Promise<void> {
  await makeTemp(tx, "incoming_members", parsedMembers(file.path));
  await makeTemp(tx, "incoming_invites", parsedInvites(invites?.path ?? null));
  await makeTemp(tx, "incoming_people", people(file.org));
  await makeTemp(tx, "incoming_insights", insightsValues());
  const earlier = await tx
    .selectFrom("ops.member_snapshots")
    .select("raw_file")
    .where("org", "=", file.org)
    .limit(1)
    .executeTakeFirst();
  const keepsInvitees = invites === null && (await wasRead({ db: tx }, file.org, "invites"));
  const snapshot = { isFirst: earlier === undefined, keepsInvitees, readAt: file.read_at };
  await makeTemp(tx, "incoming_changes", memberChanges(file.org, snapshot));
}

type Found = Readonly<Record<"changes" | "insights" | "rejected_members" | "rejected_invites", number>>;

/** What the snapshot has at all: most nights have little, and each statement that is not sent is time won in a rebuild. */
async function countFound(tx: Transaction<Warehouse>): Promise<Found> {
  const { rows } = await statement<Found>("merge/count_snapshot").execute(tx);
  return rows[0]!;
}

async function recordSnapshot(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<void> {
  const { org, read_at, run_id, name } = file;
  await statement("merge/add_snapshot", { org, read_at, run_id, raw_file: name }).execute(tx);
}

/** A snapshot that tells nothing is noted with its invitations, or these would be left over for ever. */
async function recordUnmerged(
  tx: Transaction<Warehouse>,
  [file, invites]: readonly [RawFileInfo, RawFileInfo | null],
  kind: "stale" | "refused",
): Promise<MergeCount> {
  if (invites) await recordFile(tx, invites, kind, { facts: 0, rejected: 0 });
  return recordFile(tx, file, kind, { facts: 0, rejected: 0 });
}
