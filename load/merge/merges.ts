import type { StreamName } from "../../extract/streams.ts";
import { mergeCatalog } from "./actions.ts";
import { mergeAuditlog } from "./auditlog.ts";
import { mergeGroups } from "./groups.ts";
import { mergeLoneInvites } from "./invites.ts";
import { mergeMembers } from "./members.ts";
import type { Merge } from "./merge-unit.ts";
import { mergePulls } from "./pulls.ts";
import { mergeRepositories } from "./repositories.ts";
import { mergeTokens } from "./tokens.ts";

/** One merge a stream, in the order of `extract/streams.ts`: a forgotten one does not compile. */
export const merges: Readonly<Record<StreamName, Merge>> = {
  members: mergeMembers,
  invites: mergeLoneInvites,
  auditlog: mergeAuditlog,
  actions: mergeCatalog,
  pulls: mergePulls,
  groups: mergeGroups,
  repositories: mergeRepositories,
  tokens: mergeTokens,
};
