-- one row per person of a snapshot, out of incoming_members and incoming_invites; $org is the organization
-- a seat is lower(username), else lower(email); an open invitation of somebody who has joined adds nobody
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
  $org as org, member_key, member_id, username, email, full_name, role,
  case when is_guest then 'guest' else 'member' end as seat_type,
  teams, is_guest, company, location, account_created_at, null::timestamp as invited_at, null::varchar as inviter,
from joined
union all by name
select
  $org as org, member_key, member_id, username, email, full_name, role, 'invitee' as seat_type,
  list_sort(list_distinct(list_concat(teams, coalesce(invite_teams, [])))) as teams,
  is_guest, company, location, account_created_at, invited_at, inviter,
from matched
union all by name
select
  $org as org, invite_key as member_key, null as member_id, username, email, null as full_name, 'Invitee' as role,
  'invitee' as seat_type, coalesce(invite_teams, []) as teams, false as is_guest, null as company, null as location,
  null::timestamp as account_created_at, invited_at, inviter,
from only_invitation
