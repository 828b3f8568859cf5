import { type Page, slicePage } from "../page.ts";
import { type Source, type Stream, WHOLE } from "../stream.ts";

/**
 * The open invitations of an organization (`GET /v2/orgs/{org}/invites`, Docker's OpenAPI document): `{"data": [...]}` and
 * no paging. Tells since when an invitation has been open, which the member list does not.
 */
export const invites = {
  name: "invites",
  title: "open invitations",
  records: "open invitations",
  memory: "snapshot",
  reportsAs: "members",
  origin: "hub",
  needs: { scopes: [{ name: "Invite Read", id: "scope-invite-read" }], plan: null, setting: null },
  isOptional: false,
  unread: { without: "their age is not known", kept: "those that are known stay open" },
  plan: () => [null],
  async *read(source) {
    yield { page: await fetchInvites(source), number: 1 };
    return WHOLE;
  },
  async probe(source) {
    return { message: `${(await fetchInvites(source)).starts.length} open invitations` };
  },
} as const satisfies Stream<null>;

function fetchInvites({ hub, org }: Source): Promise<Page> {
  const path = `/v2/orgs/${encodeURIComponent(org)}/invites`;
  return hub.get(path, {}, (body) => slicePage(body, "data", new Date()));
}
