-- one row per export of $org that was merged and covers a day from one to another, not included
select raw_file, run_id, read_at
from ops.loaded_files
where org = $org and stream = 'usage_export' and kind = 'import'
  and window_from < $before::timestamp and window_to > $from::timestamp
