-- Who joined, left, was invited, got another role, became idle or came back since a day?
-- one row per org, person and change since the variable `since` (a report sets it; else the 30 days to as_of), the newest first
--
-- What snapshots of the members show happened at some time since the snapshot before; an event of the audit log that tells the
-- same of the same person, in that time, says when. Events that no snapshot shows stand for themselves.
with asked as (
  select
    org,
    known_until,
    coalesce(getvariable('since')::timestamp, date_trunc('day', as_of) - interval 30 days) as since
  from seat_windows
  where moment_id = 0
),

periods as (
  select
    *,
    seat_type <> 'invitee' as is_joined,
    lag(seat_type <> 'invitee') over person_periods as was_joined,
    lag(role) over person_periods as was_role,
    lag(username) over person_periods as was_username,
    lag(email) over person_periods as was_email,
    lag(valid_to) over person_periods = valid_from as goes_on,
    lead(valid_from) over person_periods is not distinct from valid_to as is_followed,
    lead(seat_type <> 'invitee') over person_periods as is_joined_next
  from dim_member
  window person_periods as (partition by org, person order by valid_from)
),

begun as (
  select
    *,
    valid_from as seen_at,
    case
      when change_type = 'accept' then 'invitation_accepted'
      when change_type = 'invite' then 'invited'
      when change_type in ('join', 'rejoin') then 'joined'
      when goes_on and is_joined and was_joined and role is distinct from was_role then 'role_changed'
    end as change
  from periods
),

accepted as (
  select org, valid_from, unnest([lower(was_username), lower(was_email), lower(username), lower(email)]) as name
  from begun
  where change = 'invitation_accepted'
),

ended as (
  select
    * exclude (is_joined_next),
    valid_to as seen_at,
    case when is_joined then 'left' else 'invitation_ended' end as change
  from periods
  where valid_to is not null
    and (not is_followed or (is_joined and not is_joined_next))
    -- an invitation that another account accepted
    and (
      is_joined
      or not exists (
        select 1 from accepted
        where accepted.org = periods.org
          and accepted.valid_from = periods.valid_to
          and accepted.name in (lower(periods.username), lower(periods.email))
      )
    )
),

looked as (
  select org, taken_at, lag(taken_at) over (partition by org order by taken_at) as taken_before
  from ops.member_snapshots
),

shown as (
  select
    row_number() over () as change_id,
    seen.org,
    seen.username,
    seen.email,
    seen.change,
    case seen.change
      when 'role_changed' then seen.was_role
      when 'left' then seen.role
      when 'invitation_accepted' then 'invited'
      when 'invitation_ended' then 'invited'
    end as before,
    case seen.change
      when 'role_changed' then seen.role
      when 'joined' then seen.role
      when 'invitation_accepted' then seen.role
      when 'invited' then 'invited'
    end as after,
    seen.seen_at,
    coalesce(looked.taken_before, timestamp '-infinity') as not_before,
    case when seen.change = 'invited' and seen.invited_at > looked.taken_before then least(seen.invited_at, seen.seen_at) end
      as told_at
  from (
    select * from begun where change is not null
    union all by name
    select * from ended
  ) as seen
  left join looked on looked.org = seen.org and looked.taken_at = seen.seen_at
),

events as (
  select
    row_number() over () as event_number,
    facts.org,
    lower(facts.subject) as name,
    case
      when action = 'org.member.add' then 'joined'
      when action = 'org.member.remove' then 'left'
      when action = 'org.member.role.change' then 'role_changed'
      else 'invited'
    end as change,
    any_value(json_extract_string(facts.data, '$.role')) as told_role,
    facts.occurred_at
  from fct_usage as facts
  join asked on asked.org = facts.org
  where facts.action in ('org.member.add', 'org.member.remove', 'org.member.role.change', 'org.member.invite.send', 'team.member.invite')
    and facts.subject is not null
    and facts.occurred_at <= asked.known_until
  group by facts.org, lower(facts.subject), change, facts.occurred_at
),

-- one event tells of one change; of several in that time the last one counts
told as (
  select shown.change_id, events.event_number, events.occurred_at
  from (select *, unnest(list_distinct([lower(username), lower(email)])) as name from shown) as shown
  join events
    on events.org = shown.org
    and events.name = shown.name
    and events.change = case shown.change when 'invitation_accepted' then 'joined' else shown.change end
  where events.occurred_at > shown.not_before and events.occurred_at <= shown.seen_at + interval 1 day
  qualify row_number() over (partition by shown.change_id order by events.occurred_at desc) = 1
    and row_number() over (partition by events.event_number order by shown.seen_at) = 1
),

people as (
  select
    org,
    name,
    arg_max(username, valid_from) as username,
    arg_max(email, valid_from) as email
  from (select *, unnest(list_distinct([lower(username), lower(email)])) as name from dim_member)
  group by org, name
),

membership as (
  select shown.org, shown.username, shown.email, shown.change, shown.before, shown.after,
    coalesce(told.occurred_at, shown.told_at, shown.seen_at) as at
  from shown
  left join told using (change_id)

  union all

  select
    events.org,
    coalesce(people.username, case when not contains(events.name, '@') then events.name end),
    coalesce(people.email, case when contains(events.name, '@') then events.name end),
    events.change,
    null,
    case events.change when 'invited' then 'invited' when 'left' then null else events.told_role end,
    events.occurred_at
  from events
  anti join told using (event_number)
  left join people on people.org = events.org and people.name = events.name
),

-- of two seats that a person had at a moment, the joined one counts; a moment of which nothing is claimed says nothing
statuses as (
  select
    states.org,
    states.person,
    holders.username,
    holders.email,
    states.as_of,
    states.status,
    lag(states.status) over (partition by states.org, states.person order by states.as_of) as before
  from (
    select *
    from seat_status
    where moment_id <= 0
    qualify row_number() over (partition by org, moment_id, person order by is_joined desc, member_key) = 1
  ) as states
  join seat_holders as holders using (seat_id)
  where states.status <> 'no_data'
),

final as (
  select changes.*
  from (
    select * from membership
    union all
    select
      org,
      username,
      email,
      case status when 'idle' then 'became_idle' else 'became_active' end,
      before,
      status,
      as_of
    from statuses
    where (before = 'active' and status = 'idle') or (before in ('idle', 'never_active') and status = 'active')
  ) as changes
  join asked using (org)
  where changes.at >= asked.since and changes.at <= asked.known_until
  order by changes.org, changes.at desc, coalesce(changes.username, changes.email), changes.change
)

select * from final
