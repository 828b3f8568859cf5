-- one row per org, repository and UTC day with a fact
select
  org,
  resource as repository,
  cast(occurred_at as date) as activity_date,
  count(*) as facts,
  count(*) filter (via_token) as token_facts,
  count(distinct actor) as actors,
  count(*) filter (action = 'repo.push') as pushes,
  count(distinct tag) filter (action = 'repo.push') as tags_pushed,
  coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
  min(occurred_at) as first_at,
  max(occurred_at) as last_at
from fct_usage
where category = 'repo' and resource is not null
group by org, resource, cast(occurred_at as date)
