-- the actions of the source's own list that nothing knew yet
insert into dim_action by name
select
  source_action,
  source_action as action,
  coalesce(nullif(trim(split_part(source_action, '.', 1)), ''), 'unknown') as category,
  coalesce(nullif(trim(split_part(source_action, '.', -1)), ''), 'unknown') as verb,
  false as is_usage,
  false as is_automation_likely,
  'source catalog' as known_since,
  false as is_known,
  label,
  meaning,
from incoming_actions
where
  reason is null
  and source_action not in (select source_action from dim_action)
qualify row_number() over (partition by source_action order by raw_row) = 1
