-- one row per org and action: what $org's list in incoming_actions, of $read_at, says where it is newer than what is known
merge into ops.listed_actions as known
using (
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
) as listed
on known.org = listed.org and known.source_action = listed.source_action
when matched and (listed.last_listed_at, listed.raw_file) > (known.last_listed_at, known.raw_file) then update set
  entry = listed.entry,
  first_listed_at = least(known.first_listed_at, listed.first_listed_at),
  last_listed_at = listed.last_listed_at,
  raw_file = listed.raw_file
when matched and listed.first_listed_at < known.first_listed_at then update set
  first_listed_at = listed.first_listed_at
when not matched then insert by name
