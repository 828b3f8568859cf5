-- one row per span of days that have about so many facts together: from its first day on, before the one after its last
with days as (
  select cast(occurred_at as date) as day, count(*) as facts
  from fct_usage
  group by day
),

numbered as (
  select day, (sum(facts) over (order by day) - facts) // $most::bigint as span
  from days
)

select min(day)::varchar as "from", (max(day) + 1)::varchar as before
from numbered
group by span
order by span
