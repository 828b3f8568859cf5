import { type EventDraft, EventLog } from "./event-log.ts";
import { pullFields, type ReportField } from "./pull-fields.ts";

/** One person in a members page, with the field names of Docker's OpenAPI document. The three Insights values are sent only where the organization has Insights; null means never. */
export type Member = {
  id: string;
  username: string;
  full_name: string;
  email: string;
  role: string;
  groups: string[];
  is_guest: boolean;
  date_joined: string;
  last_logged_in_at: string | null;
  last_seen_at: string | null;
  last_desktop_version: string | null;
};

/** A pending invitation; `invitee` is a Docker ID or an e-mail address. */
export type Invite = {
  id: string;
  inviter_username: string;
  invitee: string;
  org: string;
  team: string;
  role: string;
  created_at: string;
};

/** A team; who is in it stands in the members' `groups`. */
export type Team = { id: number; uuid: string; name: string; description: string };

/** A repository as `/v2/namespaces/{namespace}/repositories` lists it, with the field names that Docker Hub sends. */
export type Repository = {
  name: string;
  is_private: boolean;
  description: string;
  pull_count: number;
  star_count: number;
  storage_size: number;
  date_registered: string;
  last_updated: string;
};

/** An organization access token as an owner's login lists it; never the secret. */
export type ListedToken = {
  id: string;
  label: string;
  created_by?: string;
  is_active: boolean;
  created_at: string;
  expires_at?: string | null;
  last_used_at?: string | null;
};

/** One day's pull report: the bytes that its download gives, and the key that changes where the report is issued again. */
export type PullReport = { date: string; key: string; body: Buffer; gzip?: boolean };

/** An organization access token; its identifier at login is the organization's name. Scopes are Docker's values, e.g. `scope-member-read`. */
export type OrganizationToken = { secret: string; label: string; scopes: string[] };

/** What a signed-in person may read of this organization. */
export type Permissions = { members: boolean; invites: boolean; auditlogs: boolean; emails: boolean };

/** A person who may sign in. `tokensRefused` makes the organization answer 403 to sessions opened with a personal access token. */
export type HubUser = {
  username: string;
  password?: string;
  personalTokens: string[];
  permissions: Permissions;
  tokensRefused?: boolean;
};

/** A namespace of the hub, as the hub serves it from now on: change it between requests and the next reply shows it. */
export type Organization = {
  name: string;
  fullName: string;
  kind: "organization" | "personal";
  plan: string;
  insights: boolean;
  auditlog: boolean;
  ssoEnforced: boolean;
  createdAt: string;
  tokens: OrganizationToken[];
  users: HubUser[];
  members: Member[];
  invites: Invite[];
  teams: Team[];
  repositories: Repository[];
  accessTokens: ListedToken[];
  pullReports: PullReport[];
  /** What `/schema` says of the reports' columns. */
  pullFields: readonly ReportField[];
  events: EventLog;
};

/** An audit event as the hub sends it, parsed. */
export type AuditEvent = {
  event_id?: string;
  account: string;
  action: string;
  name: string;
  actor: string;
  data?: unknown;
  timestamp: string;
  action_description: string;
};

/** Every scope that reads members, invitations and audit events (names as in Docker's access token reference). */
export const readScopes = ["scope-member-read", "scope-invite-read", "scope-group-read", "scope-activity-read"];

/** The obviously made-up organization access token that opens a demo organization. */
export function demoSecret(name: string): string {
  return `dckr_oat_demo-${name.split("-")[0]}`;
}

/** An organization with nobody in it, readable with `demoSecret(name)`; `parts` override any field. */
export function emptyOrganization(name: string, parts: Partial<Organization> = {}): Organization {
  return {
    name,
    fullName: name,
    kind: "organization",
    plan: "Team",
    insights: false,
    auditlog: true,
    ssoEnforced: false,
    createdAt: "2021-03-04T09:30:00.000000Z",
    tokens: [{ secret: demoSecret(name), label: "docktally", scopes: [...readScopes] }],
    users: [],
    members: [],
    invites: [],
    teams: [],
    repositories: [],
    accessTokens: [],
    pullReports: [],
    pullFields,
    events: new EventLog(),
    ...parts,
  };
}

/** The true events of an organization, oldest first, parsed. Numbers beyond a double come out as JSON.parse has them. */
export function* eventsOf(organization: Organization): Generator<AuditEvent> {
  for (const text of eventTextsOf(organization)) yield JSON.parse(text) as AuditEvent;
}

/** The same, as the JSON texts that the hub sends. */
export function* eventTextsOf(organization: Organization): Generator<string> {
  for (let index = 0; index < organization.events.count; index += 1) yield organization.events.record(index);
}

/** Records an event, now, late or in the middle of history: `atMs` alone decides where it stands. */
export function addEvent(organization: Organization, draft: Omit<EventDraft, "account">): void {
  organization.events.add({ account: organization.name, ...draft });
}

/** Forgets every event older than `before`, as Docker Hub does after its retention time. */
export function forgetEventsBefore(organization: Organization, before: Date): void {
  organization.events.forgetBefore(before.getTime());
}

/** The member with this username, whatever the case of its letters. */
export function memberOf(organization: Organization, username: string): Member {
  const member = organization.members.find((one) => one.username.toLowerCase() === username.toLowerCase());
  if (member === undefined) throw new Error(`${organization.name} has no member ${username}`);
  return member;
}

/** Adds a member at the end of the list (or at `place`); what is not given is filled in plainly. Writes no event. */
export function addMember(
  organization: Organization,
  member: Partial<Member> & { username: string },
  place = organization.members.length,
): Member {
  const added: Member = {
    id: Buffer.from(member.username.padEnd(16, ".").slice(0, 16)).toString("hex"),
    full_name: member.username,
    email: `${member.username.toLowerCase()}@example.com`,
    role: "Member",
    groups: [],
    is_guest: false,
    date_joined: "2022-05-06T07:08:09.123456Z",
    last_logged_in_at: null,
    last_seen_at: null,
    last_desktop_version: null,
    ...member,
  };
  organization.members.splice(place, 0, added);
  return added;
}

/** Removes a member. Writes no event. */
export function removeMember(organization: Organization, username: string): void {
  organization.members.splice(organization.members.indexOf(memberOf(organization, username)), 1);
}

/** Gives a member another Docker ID; its `id` stays. */
export function renameMember(organization: Organization, from: string, to: string): void {
  memberOf(organization, from).username = to;
}

/** Gives a member another role: Owner, Editor, Member or the name of a custom role. */
export function changeRole(organization: Organization, username: string, role: string): void {
  memberOf(organization, username).role = role;
}
