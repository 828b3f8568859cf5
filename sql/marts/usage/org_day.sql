-- one row per org and UTC day with a fact
select
  org,
  cast(occurred_at as date) as activity_date,
  count(*) as facts,
  count(*) filter (via_token) as token_facts,
  count(distinct actor) as actors,
  count(*) filter (action = 'repo.push') as pushes,
  coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
  count(*) filter (action = 'auth.login') as logins,
  count(*) filter (action = 'desktop.use') as desktop_uses,
  count(distinct resource) filter (category = 'repo') as repositories,
  min(occurred_at) as first_at,
  max(occurred_at) as last_at
from fct_usage
group by org, cast(occurred_at as date)
