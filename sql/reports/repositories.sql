-- Which repositories are alive, who pushed to them last, and which have gone quiet?
-- one row per org and repository, the last pushed to first
with moments as (
  select org, max(as_of_date) as as_of_date
  from seat_windows
  group by org
),

final as (
  select
    org,
    repository,
    pushes,
    pulls,
    actors,
    cast(last_push_at as date) as last_push,
    last_pusher,
    date_diff('day', cast(last_push_at as date), moments.as_of_date) as quiet_days,
    is_deleted as deleted
  from dim_repository as repositories
  left join moments using (org)
  order by org, is_deleted, last_push_at desc nulls last, repository
)

select * from final
