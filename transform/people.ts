import { type RawBuilder, sql } from "kysely";
import type { PersonRow } from "./warehouse.ts";

/** The fields of a member (Docker's OpenAPI document: nothing is required; Insights fields come only where Insights is on). */
const MEMBER_SHAPE = JSON.stringify({
  id: "VARCHAR",
  username: "VARCHAR",
  full_name: "VARCHAR",
  email: "VARCHAR",
  primary_email: "VARCHAR",
  role: "VARCHAR",
  groups: "JSON",
  is_guest: "VARCHAR",
  company: "VARCHAR",
  location: "VARCHAR",
  date_joined: "VARCHAR",
  last_logged_in_at: "VARCHAR",
  last_seen_at: "VARCHAR",
  last_desktop_version: "VARCHAR",
});

/** The fields of an open invitation; `invitee` is a Docker ID or an e-mail address. */
const INVITE_SHAPE = JSON.stringify({
  inviter_username: "VARCHAR",
  invitee: "VARCHAR",
  team: "VARCHAR",
  role: "VARCHAR",
  created_at: "VARCHAR",
});

const text = (source: string, field: string) => sql`nullif(trim(${sql.ref(source)}.${sql.ref(field)}), '')`;
const time = (source: string, field: string) =>
  sql`try_cast(upper(${text(source, field)}) as timestamptz) at time zone 'UTC'`;

/** Raw members, parsed: one row a record, with the reason where it cannot be a person. Path of one snapshot's file. */
export function parsedMembers(path: string): RawBuilder<unknown> {
  const teams = sql`case when json_type(member.groups) = 'ARRAY'
    then list_sort(list_distinct(list_filter(cast(member.groups as varchar[]), lambda team: team is not null))) else [] end`;
  return sql`
    with record as (
      select
        file_row_number as raw_row, payload,
        case when json_valid(payload) then json_type(payload) end as json_kind,
        case when json_valid(payload) then json_transform(payload, ${sql.lit(MEMBER_SHAPE)}) end as member,
      from read_parquet(${sql.lit(path)}, file_row_number = true)
    )
    select
      raw_row,
      ${text("member", "id")} as member_id,
      ${text("member", "username")} as username,
      coalesce(${text("member", "email")}, ${text("member", "primary_email")}) as email,
      ${text("member", "full_name")} as full_name,
      ${text("member", "role")} as role,
      ${teams} as teams,
      coalesce(lower(member.is_guest) = 'true', false) as is_guest,
      ${text("member", "company")} as company,
      ${text("member", "location")} as location,
      ${time("member", "date_joined")} as account_created_at,
      ${time("member", "last_logged_in_at")} as last_logged_in_at,
      ${time("member", "last_seen_at")} as last_seen_at,
      ${text("member", "last_desktop_version")} as desktop_version,
      case
        when json_kind is null then 'malformed_json'
        when json_kind <> 'OBJECT' then 'not_an_object'
        when coalesce(username, email) is null then 'missing_identity'
      end as reason,
      payload,
    from record`;
}

/** Raw invitations, parsed; null where the snapshot has none (the token may not read them). */
export function parsedInvites(path: string | null): RawBuilder<unknown> {
  if (path === null) {
    return sql`select null::varchar as username, null::varchar as email, null::varchar as team, null::varchar as role,
      null::varchar as inviter, null::timestamp as invited_at where false`;
  }
  const invitee = text("invite", "invitee");
  return sql`
    with record as (
      select json_transform(payload, ${sql.lit(INVITE_SHAPE)}) as invite,
      from read_parquet(${sql.lit(path)})
      where case when json_valid(payload) then json_type(payload) = 'OBJECT' end
    )
    select
      case when not contains(${invitee}, '@') then ${invitee} end as username,
      case when contains(${invitee}, '@') then ${invitee} end as email,
      ${text("invite", "team")} as team,
      ${text("invite", "role")} as role,
      ${text("invite", "inviter_username")} as inviter,
      ${time("invite", "created_at")} as invited_at,
    from record
    where ${invitee} is not null`;
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

/**
 * What the snapshot changes: one row per person of it and of the current rows (`now.*`, `was_*`), with `change_type`, null
 * where nothing changed and `left` where they are gone. A person is the same by key, by Docker's id (a rename), or as the
 * invitee whose e-mail address they have (an accepted invitation).
 */
export function memberChanges(org: string, isFirst: boolean): RawBuilder<unknown> {
  return sql`
    with open_row as (
      select * from dim_member where org = ${org} and is_current
    ),
    joined_before as (
      select distinct member_key, member_id from dim_member where org = ${org} and seat_type <> 'invitee'
    ),
    pair as (
      select now.member_key as now_key, was.member_key as was_key, 1 as closeness
      from incoming_people as now join open_row as was using (member_key)
      union all
      select now.member_key, was.member_key, 2
      from incoming_people as now join open_row as was using (member_id)
      union all
      select now.member_key, was.member_key, 3
      from incoming_people as now join open_row as was on was.member_key = lower(now.email) and was.seat_type = 'invitee'
      union all
      select now.member_key, was.member_key, 3
      from incoming_people as now join open_row as was on lower(was.email) = lower(now.email)
      where was.seat_type = 'invitee' and now.seat_type <> 'invitee'
    ),
    by_now as (
      select * from pair qualify row_number() over (partition by now_key order by closeness, was_key) = 1
    ),
    best as (
      select * from by_now qualify row_number() over (partition by was_key order by closeness, now_key) = 1
    ),
    compared as (
      select
        now.* replace (
          case when now.seat_type = 'invitee' then coalesce(now.invited_at, was.invited_at) end as invited_at,
          case when now.seat_type = 'invitee' then coalesce(now.inviter, was.inviter) end as inviter,
        ),
        was.member_key as was_key,
        case
          when now.member_key is null then 'left'
          when was.member_key is null and ${isFirst} then 'initial'
          when was.member_key is null and now.seat_type = 'invitee' then 'invite'
          when was.member_key is null and (
            now.member_key in (select member_key from joined_before)
            or now.member_id in (select member_id from joined_before where member_id is not null)
          ) then 'rejoin'
          when was.member_key is null then 'join'
          when was.seat_type = 'invitee' and now.seat_type <> 'invitee' then 'accept'
          when was.seat_type <> 'invitee' and now.seat_type = 'invitee' then 'invite'
          when was.username is not null and lower(was.username) is distinct from lower(now.username) then 'rename'
          when was.role is distinct from now.role then 'role_change'
          when was.teams is distinct from now.teams then 'team_change'
          when (was.member_key, was.member_id, was.username, was.email, was.full_name, was.seat_type, was.is_guest, was.company,
                was.location, was.account_created_at,
                case when now.seat_type = 'invitee' then coalesce(now.invited_at, was.invited_at) end)
            is distinct from (now.member_key, now.member_id, now.username, now.email, now.full_name, now.seat_type, now.is_guest,
                now.company, now.location, now.account_created_at, was.invited_at) then 'profile_change'
        end as change_type,
      from incoming_people as now
      left join best on best.now_key = now.member_key
      full join open_row as was on was.member_key = best.was_key
    )
    select * from compared where change_type is not null`;
}
