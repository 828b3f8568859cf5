-- one row per org, stream and window that was read to the end; a window that straddles what the source may have forgotten
-- is two rows, the part before assured = false, the part from then on assured = true
-- schema: ops
--
-- Pull reports and exports stand under one stream, one row a whole day each: a report goes before an export, and of either the
-- newest one that was read counts.
--
-- An empty answer for a time the source may have forgotten proves nothing: audit_log_reads says how far back a reading does.
with auditlog as (
  select files.*, reads.assured_from
  from ops.loaded_files as files
  join ops.audit_log_reads as reads on reads.org = files.org and reads.read_at = files.read_at
  where files.stream = 'auditlog'
),

-- a window cannot have been read past the instant of its reading
windows as (
  select * replace (least(window_to, read_at) as window_to)
  from auditlog
  where kind in ('window', 'unsettled', 'range') and window_from < least(window_to, read_at)
),

days as (
  select
    files.* exclude (stream, window_from, window_to),
    streams.reports_as as stream,
    unnest(generate_series(window_from, window_to - interval 1 microsecond, interval 1 day)) as day,
    window_from as file_from
  from ops.loaded_files as files
  join dim_stream as streams on streams.stream = files.stream
  where streams.memory = 'report' and files.kind in ('report', 'import') and window_from < window_to
),

-- the records of an export are not told apart by day: they stand on its first one
reports as (
  select *, case when day = file_from then records else 0 end as records_of_day
  from days
  qualify row_number() over (partition by org, stream, day order by kind = 'report' desc, read_at desc, raw_file desc) = 1
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

  select org, stream, day, day + interval 1 day, read_at, records_of_day, true, run_id
  from reports

  union all

  select org, stream, read_at, read_at, read_at, records, true, run_id
  from ops.loaded_files
  semi join (select stream from dim_stream where memory = 'snapshot' and reports_as = stream) as lists using (stream)
  where kind = 'snapshot'
)

select * from final
