-- Who did what in the last 30 days?
-- one row per org and actor, the busiest first
with moments as (
  select org, max(as_of) as as_of, max(known_until) as known_until
  from seat_windows
  group by org
),

facts as (
  select facts.*
  from fct_usage as facts
  join moments
    on moments.org = facts.org
    and facts.occurred_at > moments.as_of - interval 30 days
    and facts.occurred_at <= moments.known_until
),

actors as (
  select
    org,
    coalesce(actor, '(nobody named)') as actor,
    arg_max(actor_kind, occurred_at) as kind,
    count(distinct cast(occurred_at as date)) as active_days,
    count(*) as facts,
    count(*) filter (action = 'repo.push') as pushes,
    coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
    count(*) filter (category not in ('repo', 'auth', 'desktop')) as admin,
    count(*) filter (via_token) as by_token,
    count(distinct resource) filter (category = 'repo') as repos,
    cast(max(occurred_at) as date) as last_active
  from facts
  group by org, coalesce(actor, '(nobody named)')
),

final as (
  select *
  from actors
  order by org, facts desc, actor
)

select * from final
