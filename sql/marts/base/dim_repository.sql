-- one row per org and repository that a fact names
with repositories as (
  select
    org,
    resource as repository,
    min(occurred_at) as first_fact_at,
    max(occurred_at) as last_fact_at,
    count(*) as facts,
    count(*) filter (action = 'repo.push') as pushes,
    max(occurred_at) filter (action = 'repo.push') as last_push_at,
    arg_max(actor, (occurred_at, fact_id)) filter (action = 'repo.push') as last_pusher,
    coalesce(sum(quantity) filter (action = 'repo.pull'), 0)::bigint as pulls,
    max(occurred_at) filter (action = 'repo.pull') as last_pull_at,
    count(distinct actor) as actors,
    max(occurred_at) filter (action = 'repo.delete') as deleted_at,
    max(occurred_at) filter (action in ('repo.create', 'repo.push')) as last_alive_at
  from fct_usage
  where category = 'repo' and resource is not null
  group by org, resource
),

final as (
  select
    * exclude (deleted_at, last_alive_at),
    coalesce(deleted_at >= coalesce(last_alive_at, deleted_at), false) as is_deleted,
    case when deleted_at >= coalesce(last_alive_at, deleted_at) then deleted_at end as deleted_at
  from repositories
)

select * from final
