-- the facts of the batch that are not known; an id says the instant, too, so that only facts of these instants are compared
select fresh.*
from incoming_facts as fresh
anti join (
  select occurred_at, fact_id
  from fct_usage
  where source = 'member_insights'
) as known
  on known.occurred_at = fresh.occurred_at and known.fact_id = fresh.fact_id
