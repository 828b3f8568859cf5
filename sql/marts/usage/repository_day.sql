-- one row per org, repository and UTC day with a fact or a list that names it; size and pulls are those of the day's last list
with facts as (
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
),

final as (
  select
    coalesce(facts.org, sizes.org) as org,
    coalesce(facts.repository, sizes.repository) as repository,
    coalesce(facts.activity_date, sizes.listed_date) as activity_date,
    coalesce(facts.facts, 0) as facts,
    coalesce(facts.token_facts, 0) as token_facts,
    coalesce(facts.actors, 0) as actors,
    coalesce(facts.pushes, 0) as pushes,
    coalesce(facts.tags_pushed, 0) as tags_pushed,
    coalesce(facts.pulls, 0) as pulls,
    facts.first_at,
    facts.last_at,
    sizes.storage_size,
    sizes.pull_count
  from facts
  full join ops.repository_sizes as sizes
    on sizes.org = facts.org
    and lower(sizes.repository) = lower(facts.repository)
    and sizes.listed_date = facts.activity_date
)

select * from final
