import { query } from "./query.ts";

export interface SnapshotFacts {
  /** No snapshot of the organization was merged before. */
  readonly isFirst: boolean;
  /** The open invitations could not be read, and once could: those that are known stay as they are. */
  readonly keepsInvitees: boolean;
  readonly readAt: Date;
}

/** What the snapshot in `incoming_people` changes of the current rows of `dim_member`. */
export const memberChanges = (org: string, { isFirst, keepsInvitees, readAt }: SnapshotFacts) =>
  query("member_changes", { org, is_first: isFirst, keeps_invitees: keepsInvitees, read_at: readAt });
