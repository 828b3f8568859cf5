-- one row per seat (org, member_key) of moment 0 whose status was another one before: which, and since when it is what it is,
-- to the day
with now as (
  select org, member_key, person, as_of, status as status_now from seat_status where moment_id = 0
),

-- of two seats that a person had then, the joined one counts
before as (
  select org, person, as_of, status
  from seat_status
  where moment_id < 0
  qualify row_number() over (partition by org, moment_id, person order by is_joined desc, member_key) = 1
),

different as (
  select
    now.org,
    now.member_key,
    max(before.as_of) as last_different_at,
    arg_max(before.status, before.as_of) as previous_status
  from now
  join before on before.org = now.org and before.person = now.person and before.status <> now.status_now
  group by now.org, now.member_key
),

final as (
  select
    different.org,
    different.member_key,
    different.previous_status,
    coalesce(min(before.as_of), any_value(now.as_of)) as status_changed_at
  from different
  join now on now.org = different.org and now.member_key = different.member_key
  left join before
    on before.org = now.org and before.person = now.person and before.as_of > different.last_different_at
  group by different.org, different.member_key, different.previous_status
)

select * from final
