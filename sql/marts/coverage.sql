-- one row per org, stream and window that was read to the end; a window that straddles what the source may have forgotten
-- is two rows, the part before assured = false, the part from then on assured = true
-- schema: ops
-- after: dim_org
--
-- An empty answer for a time the source may have forgotten proves nothing. What it still held at a read: everything since
-- the oldest event it returned then or later, and in any case the last assumed_retention_days.
with auditlog as (
  select
    files.*,
    least(
      files.read_at - to_days(settings.assumed_retention_days::integer),
      min(files.oldest_event_at) over (
        partition by files.org order by files.read_at desc range between unbounded preceding and current row
      )
    ) as assured_from
  from ops.loaded_files as files
  join dim_org as settings on settings.org = files.org
  where files.stream = 'auditlog' and files.kind in ('window', 'unsettled', 'range', 'horizon')
),

-- a window cannot have been read past the instant of its reading
windows as (
  select * replace (least(window_to, read_at) as window_to)
  from auditlog
  where kind in ('window', 'unsettled', 'range') and window_from < least(window_to, read_at)
),

final as (
  select
    org,
    stream,
    window_from,
    least(window_to, assured_from) as window_to,
    read_at,
    case when window_to <= assured_from then records else 0 end as records,
    false as assured,
    run_id
  from windows
  where window_from < assured_from

  union all

  select org, stream, greatest(window_from, assured_from), window_to, read_at, records, true, run_id
  from windows
  where window_to > assured_from

  union all

  select org, stream, window_from, window_to, read_at, records, true, run_id
  from ops.loaded_files
  where stream <> 'auditlog' and kind in ('window', 'range') and window_from < window_to

  union all

  select org, stream, read_at, read_at, read_at, records, true, run_id
  from ops.loaded_files
  where stream = 'members' and kind = 'snapshot'
)

select * from final
