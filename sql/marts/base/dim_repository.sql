-- one row per org and repository that a fact or a list names; what is listed no more stays, with what was last said of it
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

newest as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  where stream = 'repositories' and kind = 'snapshot'
  group by org
),

listed as (
  select known.*, known.last_listed_at = newest.read_at as is_listed
  from ops.listed_repositories as known
  left join newest on newest.org = known.org
),

final as (
  select
    coalesce(repositories.org, listed.org) as org,
    coalesce(repositories.repository, listed.repository) as repository,
    repositories.first_fact_at,
    repositories.last_fact_at,
    coalesce(repositories.facts, 0) as facts,
    coalesce(repositories.pushes, 0) as pushes,
    repositories.last_push_at,
    repositories.last_pusher,
    coalesce(repositories.pulls, 0) as pulls,
    repositories.last_pull_at,
    coalesce(repositories.actors, 0) as actors,
    coalesce(repositories.deleted_at >= coalesce(repositories.last_alive_at, repositories.deleted_at), false) as is_deleted,
    case
      when repositories.deleted_at >= coalesce(repositories.last_alive_at, repositories.deleted_at) then repositories.deleted_at
    end as deleted_at,
    listed.is_private,
    listed.storage_size,
    listed.pull_count,
    listed.last_updated_at,
    coalesce(listed.is_listed, false) as is_listed
  from repositories
  full join listed
    on listed.org = repositories.org and lower(listed.repository) = lower(repositories.repository)
)

select * from final
