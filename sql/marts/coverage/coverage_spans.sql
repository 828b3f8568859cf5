-- one row per org, source (the evidence of a stream that is read by windows) and unbroken stretch of time that assured windows cover together
-- schema: ops
with windows as (
  select coverage.org, streams.evidence as source, coverage.window_from, coverage.window_to
  from ops.coverage as coverage
  join dim_stream as streams on streams.stream = coverage.stream
  where coverage.assured and streams.memory in ('log', 'report') and streams.evidence is not null
),

-- a stretch begins where no earlier window reaches
beginnings as (
  select
    *,
    coalesce(
      window_from > max(window_to) over (
        partition by org, source order by window_from, window_to rows between unbounded preceding and 1 preceding
      ),
      true
    ) as begins
  from windows
),

numbered as (
  select
    *,
    count(*) filter (begins) over (
      partition by org, source order by window_from, window_to rows between unbounded preceding and current row
    ) as span
  from beginnings
),

final as (
  select org, source, min(window_from) as span_from, max(window_to) as span_to
  from numbered
  group by org, source, span
)

select * from final
