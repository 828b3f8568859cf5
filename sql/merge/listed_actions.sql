-- one row per action of incoming_actions, $org's list of $read_at in $raw_file; of an action that stands twice, the first entry
select
  $org as org,
  source_action,
  arg_min(payload, raw_row)::json as entry,
  $read_at as first_listed_at,
  $read_at as last_listed_at,
  $raw_file as raw_file,
from incoming_actions
where reason is null
group by source_action
