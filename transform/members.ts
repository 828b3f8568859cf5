import { query } from "./query.ts";
import type { PersonRow } from "./warehouse.ts";

/** Raw members, parsed: one row a record, with the reason where it cannot be a person. Path of one snapshot's file. */
export const parsedMembers = (path: string) => query("parsed_members", { path });

/** Raw invitations, parsed, with the reason where one names nobody; none where the list was not read. */
export const parsedInvites = (path: string | null) =>
  path === null ? query("no_invites") : query("parsed_invites", { path });

/** The people of one snapshot, each once, out of `incoming_members` and `incoming_invites`. */
export const people = (org: string) => query<PersonRow>("people", { org });
