-- one row per seat (org, moment_id, member_key) of every moment, those of its history too: which status holds, and why
-- materialized: table
with known as (
  select
    windows.moment_id,
    windows.is_reported,
    windows.as_of,
    windows.known_until,
    windows.as_of_date,
    windows.active_after,
    windows.grace_after,
    holders.seat_id,
    holders.org,
    holders.member_key,
    holders.person,
    holders.is_joined,
    activity.last_activity_at,
    tenure.member_since_at,
    evidence.confidence,
    evidence.has_auditlog_in_grace
  from seat_windows as windows
  join seat_holders as holders on holders.instant_id = windows.instant_id
  join seat_evidence as evidence on evidence.moment_id = windows.moment_id and evidence.org = windows.org
  left join seat_tenure as tenure on tenure.seat_id = holders.seat_id
  left join seat_last_activity as activity on activity.seat_id = holders.seat_id
),

tenured as (
  select
    *,
    member_since_at > grace_after as is_in_grace, -- null where the joining was not seen
    -- one whose joining was not seen was there before observation: before grace, if the log would have shown a join in it
    coalesce(member_since_at <= grace_after, is_joined and has_auditlog_in_grace) as joined_before_grace
  from known
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
  from tenured
)

select * from final
