-- one row per person of a snapshot or of the current rows whom it changes (columns of incoming_people, `was_*`), with `change_type`:
-- `left` where they are gone, `invite_detail` where an open invitation is only better known (no new period)
-- `person` is who they are for good, whatever they are called
-- $org and $read_at are the snapshot's; $is_first: none of the organization was merged before; $keeps_invitees: the open
-- invitations could not be read, and once could, so those that are known stay as they are
with open_row as (
  select * from dim_member where org = $org and is_current
),
-- who of the snapshot is who of the current rows: by Docker's id first where both have one, then by name, then by e-mail. So
-- two who swap their names are two renames, and a name under another id is another person
by_id as (
  select now.member_key as now_key, was.member_key as was_key
  from incoming_people as now join open_row as was on was.member_id = now.member_id
  -- each person of either side once, those whose name stays first
  qualify row_number() over (partition by now.member_key order by was.member_key <> now.member_key, was.member_key) = 1
    and row_number() over (partition by was.member_key order by was.member_key <> now.member_key, now.member_key) = 1
),
by_name as (
  select now.member_key as now_key, was.member_key as was_key
  from incoming_people as now join open_row as was on was.member_key = now.member_key
  where not is_other_account(now.member_id, now.seat_type, was.member_id, was.seat_type)
    and now.member_key not in (select now_key from by_id) and was.member_key not in (select was_key from by_id)
),
by_id_or_name as (
  select * from by_id union all select * from by_name
),
by_email as (
  select now.member_key as now_key, was.member_key as was_key
  from incoming_people as now join open_row as was on lower(was.email) = lower(now.email)
  where not is_other_account(now.member_id, now.seat_type, was.member_id, was.seat_type)
    and now.member_key not in (select now_key from by_id_or_name) and was.member_key not in (select was_key from by_id_or_name)
  qualify row_number() over (partition by now.member_key order by was.member_key <> now.member_key, was.member_key) = 1
    and row_number() over (partition by was.member_key order by was.member_key <> now.member_key, now.member_key) = 1
),
pair as (
  select * from by_id_or_name union all select * from by_email
),
-- whom records that could not be read as a whole name, behind `"id":`, `"username":` and the like
rejected_name as (
  select distinct lower(unnest(regexp_extract_all(payload, '"(?:id|username|email|primary_email|invitee)"\s*:\s*"?([^"\\,{}\[\]\s]+)', 1))) as name
  from (
    select payload from incoming_members where reason is not null
    union all
    select payload from incoming_invites where reason is not null
  )
),
joined_name as (
  select member_key as name from incoming_people
  union all
  select lower(email) from incoming_people where seat_type <> 'invitee' and email is not null
),
-- current rows that a snapshot without them does not end: of people whose record was rejected but names them, and,
-- where the invitations could not be read, of invitees who have not joined
kept as (
  select member_key from open_row
  where member_key not in (select name from joined_name)
    and (email is null or lower(email) not in (select name from joined_name))
    and (
      ($keeps_invitees and seat_type = 'invitee')
      or member_key in (select name from rejected_name)
      or coalesce(lower(member_id), '') in (select name from rejected_name)
      or coalesce(lower(email), '') in (select name from rejected_name)
    )
),
-- who of those that are nobody's current row was here before, and as which person: by id, else by a name whose account is not
-- known to be another
past as (
  select * from dim_member where org = $org and not is_current and person not in (select person from open_row)
),
past_id as (
  select member_id, arg_max(person, valid_from) as person, bool_or(seat_type <> 'invitee') as was_joined
  from past where member_id is not null
  group by member_id
),
past_name as (
  select
    member_key, arg_max(person, valid_from) as person, bool_or(seat_type <> 'invitee') as was_joined,
    arg_max(member_id, valid_from) filter (where seat_type <> 'invitee') as member_id,
  from past
  group by member_key
),
returned as (
  select
    now.member_key, past_id.person as person_by_id,
    (now.member_id <> past_name.member_id and now.seat_type <> 'invitee') is true as is_other,
    coalesce(past_id.person, case when not is_other then past_name.person end) as person,
    coalesce(past_id.was_joined, false) or (not is_other and coalesce(past_name.was_joined, false)) as was_joined,
  from incoming_people as now
  left join past_id on past_id.member_id = now.member_id
  left join past_name on past_name.member_key = now.member_key
),
named as (
  select now.*, coalesce(now.member_id, now.member_key) as name,
    name in (select person from dim_member where org = $org) as is_taken,
  from incoming_people as now
),
known as (
  select
    now.* exclude (name, is_taken) replace (
      case when $keeps_invitees and now.seat_type = 'invitee' and was.seat_type = 'invitee' then was.teams else now.teams end as teams,
      case when now.seat_type = 'invitee' then coalesce(now.invited_at, was.invited_at) end as invited_at,
      case when now.seat_type = 'invitee' then coalesce(now.inviter, was.inviter) end as inviter,
    ),
    pair.was_key,
    case when was.seat_type = 'invitee' and now.seat_type <> 'invitee' then returned.person_by_id end as accepted_by,
    coalesce(accepted_by, was.person, returned.person,
      case when is_taken then now.member_key || '#' || epoch_ms($read_at) else name end) as person,
    returned.was_joined,
  from named as now
  left join pair on pair.now_key = now.member_key
  left join open_row as was on was.member_key = pair.was_key
  left join returned on returned.member_key = now.member_key
),
compared as (
  select
    now.* exclude (was_key, was_joined, accepted_by) replace (
      case when row_number() over (partition by now.person order by now.was_key is null, now.member_key) > 1
        then now.member_key || '#' || epoch_ms($read_at) else now.person end as person
    ),
    was.member_key as was_key,
    was.seat_type as was_seat_type,
    now.seat_type = 'invitee' and was.seat_type = 'invitee' and was.invited_at is null and now.invited_at is not null as is_detail,
    case
      when now.member_key is null then 'left'
      when was.member_key is null and $is_first then 'initial'
      when was.member_key is null and now.seat_type = 'invitee' then 'invite'
      when was.member_key is null and now.was_joined then 'rejoin'
      when was.member_key is null then 'join'
      when was.seat_type = 'invitee' and now.seat_type <> 'invitee' then 'accept'
      when was.seat_type <> 'invitee' and now.seat_type = 'invitee' then 'invite'
      when was.username is not null and lower(was.username) is distinct from lower(now.username) then 'rename'
      when was.role is distinct from now.role then 'role_change'
      when was.teams is distinct from now.teams and not is_detail then 'team_change'
      -- but for name, role, teams and what only `/invites` has
      when (was.member_key, was.member_id, was.username, was.email, was.full_name, was.seat_type, was.is_guest, was.company, was.location, was.account_created_at)
        is distinct from (now.member_key, now.member_id, now.username, now.email, now.full_name, now.seat_type, now.is_guest, now.company, now.location, now.account_created_at)
        then 'profile_change'
      when is_detail then 'invite_detail'
      when was.invited_at is distinct from now.invited_at then 'profile_change'
    end as change_type,
  from known as now
  full join open_row as was on was.member_key = now.was_key
)
select * exclude (is_detail) from compared
where change_type is not null
  and not (change_type = 'left' and was_key in (select member_key from kept))
