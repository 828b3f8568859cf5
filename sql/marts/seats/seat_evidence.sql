-- one row per org and moment: which sources cover the threshold window, and how far that can be trusted
-- materialized: table
with moments as (
  select
    *,
    -- the whole UTC days of the threshold window but the last three
    date_trunc('day', active_after + interval 1 day - interval 1 microsecond) as pulls_from,
    date_trunc('day', as_of) - interval 3 days as pulls_to
  from seat_windows
),

spans as (
  select
    moments.moment_id,
    moments.org,
    sum(
      epoch_us(least(spans.span_to, moments.as_of)) - epoch_us(greatest(spans.span_from, moments.active_after))
    ) filter (
      spans.source = 'auditlog' and spans.span_from < moments.as_of and spans.span_to > moments.active_after
    ) as observed_us,
    bool_or(
      spans.source = 'auditlog' and spans.span_from <= moments.active_after and spans.span_to >= moments.as_of
    ) as auditlog,
    bool_or(
      spans.source = 'auditlog' and spans.span_from <= moments.grace_after and spans.span_to >= moments.as_of
    ) as auditlog_in_grace,
    bool_or(
      spans.source = 'pulls' and spans.span_from <= moments.pulls_from and spans.span_to >= moments.pulls_to
      and moments.pulls_from < moments.pulls_to
    ) as pulls
  from moments
  join ops.coverage_spans as spans on spans.org = moments.org
  group by moments.moment_id, moments.org
),

-- the newest snapshot of the seven days before, when it shows an Insights value of anybody
insights as (
  select
    moments.moment_id,
    moments.org,
    max(snapshots.taken_at) >= any_value(moments.as_of) - interval 7 days
    and arg_max(snapshots.insights_members, snapshots.taken_at) > 0 as member_insights
  from moments
  join ops.member_snapshots as snapshots
    on snapshots.org = moments.org and snapshots.taken_at <= moments.known_until
  group by moments.moment_id, moments.org
),

-- a run has one instant, so the run of a moment is the newest one that had read the org by then
runs as (
  select moments.moment_id, moments.org, arg_max(files.run_id, files.read_at) as run_id
  from moments
  join (select distinct org, read_at, run_id from ops.loaded_files) as files
    on files.org = moments.org and files.read_at <= moments.known_until
  group by moments.moment_id, moments.org
),

covered as (
  select
    moments.moment_id,
    moments.org,
    runs.run_id,
    coalesce(spans.observed_us, 0)::bigint // 86400000000 as observed_days,
    coalesce(spans.auditlog, false) as has_auditlog,
    coalesce(spans.auditlog_in_grace, false) as has_auditlog_in_grace,
    coalesce(insights.member_insights, false) as has_member_insights,
    coalesce(spans.pulls, false) as has_pulls
  from moments
  left join spans on spans.moment_id = moments.moment_id and spans.org = moments.org
  left join insights on insights.moment_id = moments.moment_id and insights.org = moments.org
  left join runs on runs.moment_id = moments.moment_id and runs.org = moments.org
),

final as (
  select
    *,
    list_filter(
      [
        case when has_auditlog then 'auditlog' end,
        case when has_member_insights then 'member_insights' end,
        case when has_pulls then 'pulls' end
      ],
      lambda source: source is not null
    ) as sources_observed,
    case
      when has_auditlog and (has_member_insights or has_pulls) then 'high'
      when has_member_insights or has_pulls then 'medium'
      when has_auditlog then 'low'
      else 'none'
    end as confidence
  from covered
)

select * from final
