import type { Organization, Permissions } from "./organization.ts";
import { type Reply, refusal } from "./reply.ts";
import type { Bounds, Call, Scenario, Stream } from "./scenario.ts";
import type { Session } from "./tokens.ts";

/** How the hub answers: its page sizes, its reading of `from` and `to`, its scenario. */
export type ReplySettings = { pageSizeLimit: number; bounds: Bounds; scenario: Scenario | undefined };

/** Where a page stands: `page` counts from 1. */
export type Paging = { page: number; size: number };

/** A GET by somebody who may ask. */
export type AuthorizedRequest = {
  call: Call;
  session: Session;
  organization: Organization;
  paging: Paging;
  settings: ReplySettings;
  /** Whether the caller may see e-mail addresses. */
  emails: boolean;
};

/** One address of the API, which begins with an account, and how it answers. */
export type Endpoint = {
  /** What a scenario calls it. */
  stream: Stream;
  /** The path; its first group is the account. */
  pattern: RegExp;
  /** What an organization access token needs; none where it is not given. */
  scope?: string;
  /** What a signed-in person needs; nothing where it is not given. */
  permission?: keyof Permissions;
  /** Why this namespace has no such thing; without it, personal namespaces have none. */
  missing?(organization: Organization): Reply | undefined;
  reply(asked: AuthorizedRequest): Reply;
};

/** Why a personal namespace has no such thing. */
export function notPersonal(organization: Organization): Reply | undefined {
  return organization.kind === "personal" ? refusal(404, `${organization.name}: organization not found`) : undefined;
}
