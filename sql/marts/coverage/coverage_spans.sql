-- one row per org, source (auditlog, pulls) and unbroken stretch of time that assured windows cover together
-- schema: ops
with windows as (
  select org, case when stream = 'auditlog' then 'auditlog' else 'pulls' end as source, window_from, window_to
  from ops.coverage
  where assured and stream in ('auditlog', 'pull_report', 'usage_export')
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
