import type { StreamName } from "../../extract/streams.ts";
import { mergeCatalog } from "./actions.ts";
import { mergeAuditlog } from "./auditlog.ts";
import { mergeLoneInvites } from "./invites.ts";
import { mergeMembers } from "./members.ts";
import type { Merge } from "./merge-unit.ts";

/** One merge a stream, in the order of `extract/streams.ts`: a forgotten one does not compile. */
export const merges: Readonly<Record<StreamName, Merge>> = {
  members: mergeMembers,
  invites: mergeLoneInvites,
  auditlog: mergeAuditlog,
  actions: mergeCatalog,
};
