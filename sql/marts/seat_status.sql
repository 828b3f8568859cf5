-- one row per seat (org, moment_id, member_key) of every moment, those of its history too: which status holds, and why
-- materialized: table
-- after: seat_windows, seat_evidence, seat_holders, seat_names, seat_activity, seat_tenure
with last_of_day as (
  select org, actor, max(occurred_at) as last_at
  from fct_usage
  where actor is not null and actor_kind not in ('org_token', 'docker_support') -- nobody's seat
  group by org, actor, cast(occurred_at as date)
),

-- moments of the history end with a day, so the last fact of each day is enough for them
history_names as (
  select names.*, least(names.known_until, names.used_until) as looked_until
  from seat_names as names
  semi join (select org, as_of, known_until from seat_windows where not is_reported) using (org, as_of, known_until)
),

history_activity as (
  select names.org, names.as_of, names.known_until, names.member_key, max(days.last_at) as last_activity_at
  from history_names as names
  asof join last_of_day as days
    on days.org = names.org and days.actor = names.username and names.looked_until >= days.last_at
  where days.last_at > names.used_from
  group by all
),

last_activity as (
  select org, as_of, known_until, member_key, last_activity_at from seat_activity
  union all
  select history.* from history_activity as history
  anti join seat_activity as reported using (org, as_of, known_until, member_key)
),

known as (
  select
    windows.moment_id,
    windows.org,
    windows.is_reported,
    windows.as_of,
    windows.known_until,
    windows.as_of_date,
    windows.active_after,
    windows.grace_after,
    holders.member_key,
    holders.person,
    holders.is_joined,
    evidence.confidence,
    activity.last_activity_at,
    tenure.member_since_at > windows.grace_after as is_in_grace, -- null where the joining was not seen
    coalesce(
      tenure.member_since_at <= windows.grace_after,
      tenure.tenure_source = 'before_observation' and evidence.has_auditlog_in_grace
    ) as joined_before_grace
  from seat_windows as windows
  join seat_holders as holders
    on holders.org = windows.org and holders.as_of = windows.as_of and holders.known_until = windows.known_until
  join seat_evidence as evidence on evidence.moment_id = windows.moment_id and evidence.org = windows.org
  left join seat_tenure as tenure
    on tenure.org = holders.org
    and tenure.as_of = holders.as_of
    and tenure.known_until = holders.known_until
    and tenure.member_key = holders.member_key
  left join last_activity as activity
    on activity.org = holders.org
    and activity.as_of = holders.as_of
    and activity.known_until = holders.known_until
    and activity.member_key = holders.member_key
),

final as (
  select
    *,
    case
      when not is_joined then 'pending_invite'
      when last_activity_at > active_after then 'active'
      when last_activity_at is null and is_in_grace then 'new'
      when last_activity_at <= active_after and confidence <> 'none' then 'idle'
      when last_activity_at is null and joined_before_grace and confidence <> 'none' then 'never_active'
      else 'no_data'
    end as status
  from known
)

select * from final
