import { type RawBuilder, sql } from "kysely";
import { reasonOf, records, textOf } from "./records.ts";
import type { PersonRow } from "./warehouse.ts";

/** The fields of a member (Docker's OpenAPI document: nothing is required; Insights fields come only where Insights is on). */
const MEMBER_FIELDS = [
  ...["id", "username", "full_name", "email", "primary_email", "role", "groups", "is_guest", "company", "location"],
  ...["date_joined", "last_logged_in_at", "last_seen_at", "last_desktop_version"],
];

/** The fields of an open invitation; `invitee` is a Docker ID or an e-mail address. */
const INVITE_FIELDS = ["inviter_username", "invitee", "team", "role", "created_at"];

/** Each of these fields as text, once: what is made of it stands on that. */
const texts = (fields: readonly string[]) =>
  sql.join(fields.map((field) => sql`${textOf(sql`said.${sql.ref(field)}`)} as ${sql.ref(field)}`));

const time = (field: string) => sql`case when regexp_matches(${sql.ref(field)}, '^\\d{4}-\\d\\d-\\d\\d')
  then try_cast(upper(${sql.ref(field)}) as timestamptz) at time zone 'UTC' end`;

/** Raw members, parsed: one row a record, with the reason where it cannot be a person. Path of one snapshot's file. */
export function parsedMembers(path: string): RawBuilder<unknown> {
  const teamOf = sql`case when json_type(team) = 'OBJECT' then team ->> '$.name' else ${textOf(sql`team`)} end`;
  const teams = sql`case json_type(team_list)
    when 'ARRAY' then list_sort(list_distinct(list_filter(
      list_transform(json_transform(team_list, '["JSON"]'), lambda team: ${teamOf}), lambda team: team is not null)))
    else list_filter([groups], lambda team: team is not null)
  end`;
  const seen = (field: string) =>
    sql`case when ${sql.ref(field)} between timestamp '2013-01-01' and read_at + interval 1 day then ${sql.ref(field)} end`;
  return sql`
    with record as (${records(path, MEMBER_FIELDS)}),
    told as (
      select raw_row, read_at, payload, json_kind, said, said.groups as team_list, ${texts(MEMBER_FIELDS)} from record
    ),
    timed as (
      select * replace (
          coalesce(email, primary_email) as email,
          ${time("last_logged_in_at")} as last_logged_in_at,
          ${time("last_seen_at")} as last_seen_at,
        ),
      from told
    )
    select
      raw_row, id as member_id, username, email, full_name, role,
      ${teams} as teams,
      coalesce(lower(is_guest) = 'true', false) as is_guest,
      company, location,
      ${time("date_joined")} as account_created_at,
      ${seen("last_logged_in_at")} as last_logged_in_at,
      ${seen("last_seen_at")} as last_seen_at,
      last_desktop_version as desktop_version,
      ${reasonOf(sql`coalesce(username, email)`, "missing_identity")} as reason,
      payload,
    from timed`;
}

/** Raw invitations, parsed, with the reason where one tells nobody; none where the list was not read. */
export function parsedInvites(path: string | null): RawBuilder<unknown> {
  if (path === null) {
    return sql`select null::bigint as raw_row, null::varchar as username, null::varchar as email, null::varchar as team,
      null::varchar as role, null::varchar as inviter, null::timestamp as invited_at, null::varchar as reason,
      null::varchar as payload where false`;
  }
  return sql`
    with record as (${records(path, INVITE_FIELDS)}),
    told as (
      select raw_row, payload, json_kind, said, ${texts(INVITE_FIELDS)} from record
    )
    select
      raw_row,
      case when not contains(invitee, '@') then invitee end as username,
      case when contains(invitee, '@') then invitee end as email,
      team, role, inviter_username as inviter,
      ${time("created_at")} as invited_at,
      ${reasonOf(sql`invitee`, "missing_identity")} as reason,
      payload,
    from told`;
}

/**
 * The people of one snapshot, each once, out of `incoming_members` and `incoming_invites`: a seat is lower(username), else
 * lower(email); an open invitation of somebody who has joined adds nobody.
 */
export function people(org: string): RawBuilder<PersonRow> {
  return sql<PersonRow>`
    with listed as (
      select *, lower(coalesce(username, email)) as member_key, coalesce(lower(role) = 'invitee', false) as is_invitee,
      from incoming_members
      where reason is null
    ),
    person as (
      select * from listed
      qualify row_number() over (partition by member_key order by is_invitee, raw_row) = 1
    ),
    joined as (
      select * from person where not is_invitee
    ),
    invited as (
      select * from person
      where is_invitee and lower(email) not in (select lower(email) from joined where email is not null)
      union all by name
      select * from person
      where is_invitee and email is null
    ),
    invitation as (
      select
        lower(coalesce(username, email)) as invite_key,
        any_value(username) as username,
        any_value(email) as email,
        any_value(role) as invited_role,
        list_sort(list_distinct(list(team) filter (where team is not null))) as invite_teams,
        arg_min(inviter, invited_at) as inviter,
        min(invited_at) as invited_at,
      from incoming_invites
      where reason is null
      group by all
    ),
    matched as (
      select
        invited.*,
        invitation.* exclude (username, email),
      from invited
      left join invitation on invitation.invite_key in (lower(invited.username), lower(invited.email))
      qualify row_number() over (partition by member_key order by invited_at) = 1
    ),
    only_invitation as (
      select * from invitation
      where not exists (select 1 from person where invite_key in (lower(person.username), lower(person.email)))
    )
    select
      ${org} as org, member_key, member_id, username, email, full_name, role,
      case when is_guest then 'guest' else 'member' end as seat_type,
      teams, is_guest, company, location, account_created_at, null::timestamp as invited_at, null::varchar as inviter,
    from joined
    union all by name
    select
      ${org} as org, member_key, member_id, username, email, full_name, role, 'invitee' as seat_type,
      list_sort(list_distinct(list_concat(teams, coalesce(invite_teams, [])))) as teams,
      is_guest, company, location, account_created_at, invited_at, inviter,
    from matched
    union all by name
    select
      ${org} as org, invite_key as member_key, null as member_id, username, email, null as full_name, 'Invitee' as role,
      'invitee' as seat_type, coalesce(invite_teams, []) as teams, false as is_guest, null as company, null as location,
      null::timestamp as account_created_at, invited_at, inviter,
    from only_invitation`;
}
