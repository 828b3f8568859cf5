import type { HubClient } from "../hub/client.ts";
import { countOf, fetchResults, firstOf, readWhole } from "../list-reading.ts";
import { type Page, recordText } from "../page.ts";
import type { Source, Stream } from "../stream.ts";

/** Where an organization's members are. */
export function membersPath(org: string): string {
  return `/v2/orgs/${encodeURIComponent(org)}/members`;
}

/**
 * All members of an organization, invitees included (`GET /v2/orgs/{org}/members`, 100 a page; Docker's OpenAPI document
 * types the reply as an array, every real client reads one object). A list whose length disagrees with its own `count` is
 * read again, three times at most; then whoever was seen at all is kept, with a warning.
 */
export const members = {
  name: "members",
  title: "members",
  records: "people",
  memory: "snapshot",
  reportsAs: "members",
  origin: "hub",
  needs: {
    scopes: [
      { name: "Member Read", id: "scope-member-read" },
      { name: "Group Read", id: "scope-group-read" },
    ],
    plan: null,
    setting: null,
    adds: "who holds a seat: without it no seat is judged; with Insights also logins and Docker Desktop",
  },
  isOptional: false,
  unread: null,
  plan: () => [null],
  read: readMembers,
  async probe({ hub, org }) {
    const page = await fetchPage(hub, org, 1);
    const hasInsights = page.starts.some((_, i) => /"last_(seen|logged_in)_at"\s*:\s*"/.test(recordText(page, i)));
    const insights = hasInsights
      ? "on"
      : "off (Business only, switched on by Docker on request): who only pulls or uses Docker Desktop cannot be seen";
    return { message: `${countOf(page, "count")} people; Insights ${insights}` };
  },
} as const satisfies Stream<null>;

function readMembers({ hub, org }: Source): ReturnType<typeof readWhole> {
  return readWhole({
    title: "member list",
    all: "everybody",
    count: "count",
    fetch: (page) => fetchPage(hub, org, page),
    keyOf: personKey,
  });
}

function fetchPage(hub: HubClient, org: string, page: number): Promise<Page> {
  const query = { page, page_size: hub.limits.page_size, type: "all", invites: true };
  return fetchResults(hub, membersPath(org), query);
}

/**
 * Who a record is about: username, else e-mail, else id; a record without any stands for itself. Somebody who joined while
 * an invitation stayed open is listed twice, and both records are kept.
 */
function personKey(record: Readonly<Record<string, unknown>>): string | null {
  const key = firstOf(record, ["username", "email", "id"]);
  const isInvitee = /^invitee$/i.test(String(record.role));
  return key !== null && isInvitee ? `invitee ${key}` : key;
}
