-- actions that were met in the data only get the words of the source's own list
update dim_action
set label = listed.label, meaning = listed.meaning, known_since = 'source catalog'
from (
  select
    source_action,
    arg_min(label, raw_row) as label,
    arg_min(meaning, raw_row) as meaning,
  from incoming_actions
  where reason is null
  group by all
) as listed
where
  not dim_action.is_known
  and dim_action.known_since is null
  and dim_action.source_action = listed.source_action
