-- one row per org and source action that no rule names, met in its facts (they count all the same) or in the newest list of the
-- source's own; sample_payload is what the newest fact said, or else the list's entry
with known as (
  select source_action
  from dim_action
  where is_known
),

met as (
  select
    facts.org,
    facts.source_action,
    facts.action,
    facts.category,
    count(*) as facts,
    count(distinct facts.actor) as actors,
    min(facts.occurred_at) as first_at,
    max(facts.occurred_at) as last_at,
    arg_max(struct_pack(resource, actor, data), (occurred_at, fact_id)) as newest
  from fct_usage as facts
  anti join known on known.source_action = facts.source_action
  group by facts.org, facts.source_action, facts.action, facts.category
),

newest_list as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  where stream = 'actions'
  group by org
),

listed as (
  select
    entries.org,
    entries.source_action,
    coalesce(rule.action, entries.source_action) as action,
    coalesce(rule.category, 'unknown') as category,
    entries.entry
  from ops.listed_actions as entries
  join newest_list on newest_list.org = entries.org and newest_list.read_at = entries.last_listed_at
  left join dim_action as rule on rule.source_action = entries.source_action
  anti join known on known.source_action = entries.source_action
),

final as (
  select
    coalesce(met.org, listed.org) as org,
    coalesce(met.source_action, listed.source_action) as source_action,
    coalesce(met.action, listed.action) as action,
    coalesce(met.category, listed.category) as category,
    coalesce(met.facts, 0) as facts,
    coalesce(met.actors, 0) as actors,
    met.first_at,
    met.last_at,
    case
      when met.org is null then cast(listed.entry as varchar)
      else cast(json_object('action', met.source_action, 'name', met.newest.resource, 'actor', met.newest.actor, 'data', met.newest.data) as varchar)
    end as sample_payload
  from met
  full join listed on listed.org = met.org and listed.source_action = met.source_action
)

select * from final
