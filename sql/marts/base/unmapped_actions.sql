-- one row per org and source action that no published list names; its facts count all the same
select
  facts.org,
  facts.source_action,
  facts.action,
  facts.category,
  count(*) as facts,
  count(distinct facts.actor) as actors,
  min(facts.occurred_at) as first_at,
  max(facts.occurred_at) as last_at
from fct_usage as facts
anti join (select source_action from dim_action where is_known) as known on known.source_action = facts.source_action
group by facts.org, facts.source_action, facts.action, facts.category
