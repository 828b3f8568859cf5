-- one row per seat (org, member_key) of moment 0 whose status was another one before: which, and since when it is what it is,
-- to the day
-- after: seat_status
with history as (
  select * from seat_status where moment_id <= 0
),

now as (
  select org, member_key, person, status as status_now from history where moment_id = 0
),

different as (
  select
    now.org,
    now.member_key,
    max(history.as_of) as last_different_at,
    arg_max(history.status, history.as_of) as previous_status
  from now
  join history on history.org = now.org and history.person = now.person and history.status <> now.status_now
  where history.moment_id < 0
  group by now.org, now.member_key
),

final as (
  select
    different.org,
    different.member_key,
    different.previous_status,
    min(history.as_of) as status_changed_at
  from different
  join now on now.org = different.org and now.member_key = different.member_key
  join history
    on history.org = now.org and history.person = now.person and history.as_of > different.last_different_at
  group by different.org, different.member_key, different.previous_status
)

select * from final
