import { actions } from "./actions.ts";
import { auditlogs } from "./auditlog.ts";
import type { Endpoint } from "./endpoint.ts";
import { accessTokens, groups, repositories } from "./listings.ts";
import { invites, members, organization } from "./lists.ts";
import { reports } from "./reports.ts";

/** Every address that is answered with a bearer. */
export const endpoints: readonly Endpoint[] = [
  auditlogs,
  actions,
  members,
  invites,
  organization,
  groups,
  repositories,
  accessTokens,
  ...reports,
];
