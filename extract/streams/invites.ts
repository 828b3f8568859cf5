import type { Hub } from "../hub/client.ts";
import { type Page, slicePage } from "../page.ts";

export const INVITES_STREAM = "invites";

/**
 * The open invitations of an organization (`GET /v2/orgs/{org}/invites`, Docker's OpenAPI document): `{"data": [...]}` and
 * no paging. Tells since when an invitation has been open, which the member list does not.
 * @throws ForbiddenError where the token lacks the Invite Read scope
 */
export async function readInvites(hub: Hub, org: string): Promise<Page> {
  return hub.get(`/v2/orgs/${encodeURIComponent(org)}/invites`, {}, (body) => slicePage(body, "data", new Date()));
}
