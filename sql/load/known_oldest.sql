-- the oldest event that the source was last known to return into $stream of $org; null where no event was ever seen
with read as (
  select *
  from ops.loaded_files
  where
    lower(org) = lower($org::varchar)
    and stream = $stream
    and oldest_event_at is not null
)

select min(oldest_event_at) as oldest
from read
where read_at >= coalesce((select max(read_at) from read where kind = 'horizon'), timestamp '1970-01-01')
