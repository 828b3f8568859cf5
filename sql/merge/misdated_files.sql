-- one row per merged raw file that is dated more than $most_ahead_ms ahead of the run that wrote it, or of $now
select raw_file as name
from ops.loaded_files
where greatest(read_at, window_to) > interval ($most_ahead_ms) milliseconds
  + least($now, try_strptime(left(run_id, 15), '%Y%m%dT%H%M%S') + interval 1 second)
order by raw_file
