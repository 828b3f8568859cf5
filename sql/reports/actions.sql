-- What happens in the organization, how often, and what does each action mean?
-- one row per org and action, the most frequent first
with moments as (
  select org, max(known_until) as known_until
  from seat_windows
  group by org
),

meanings as (
  select action, min(meaning) as meaning, bool_or(is_known) as is_known
  from dim_action
  group by action
),

counted as (
  select
    org,
    action,
    count(*) as facts,
    count(distinct actor) as actors,
    count(*) filter (via_token) as by_token,
    cast(min(occurred_at) as date) as first_on,
    cast(max(occurred_at) as date) as last_on
  from fct_usage
  join moments using (org)
  where occurred_at <= known_until
  group by org, action
),

final as (
  select
    counted.*,
    case when meanings.is_known then meanings.meaning else '(not on any published list)' end as meaning
  from counted
  left join meanings on meanings.action = counted.action
  order by counted.org, counted.facts desc, counted.action
)

select * from final
