-- one row per org, actor and UTC day with a fact; actor is null for facts that name nobody
select
  org,
  actor,
  cast(occurred_at as date) as activity_date,
  arg_max(actor_kind, occurred_at) as actor_kind,
  count(*) as facts,
  count(*) filter (via_token) as token_facts,
  count(*) filter (action = 'repo.push') as pushes,
  coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
  count(*) filter (action = 'auth.login') as logins,
  count(*) filter (action = 'desktop.use') as desktop_uses,
  count(distinct resource) filter (category = 'repo') as repositories,
  min(occurred_at) as first_at,
  max(occurred_at) as last_at
from fct_usage
group by org, actor, cast(occurred_at as date)
