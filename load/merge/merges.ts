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
import { mergeUsageExport } from "./usage-export.ts";

/** The streams of the raw zone: those that are read, and the exports that an operator brings. */
export type RawStream = StreamName | "usage_export";

/** One merge a stream, in the order of `extract/streams.ts`, and last what no run reads: a forgotten one does not compile. */
export const merges: Readonly<Record<RawStream, Merge>> = {
  members: mergeMembers,
  invites: mergeLoneInvites,
  auditlog: mergeAuditlog,
  actions: mergeCatalog,
  pulls: mergePulls,
  groups: mergeGroups,
  repositories: mergeRepositories,
  tokens: mergeTokens,
  usage_export: mergeUsageExport,
};
