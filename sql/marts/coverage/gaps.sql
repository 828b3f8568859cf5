-- one row per stretch of an org's audit log that was not collected, from the first assured window to the newest read of
-- anything of that org, and per stretch of days without a pull report or export between days that have one; lost: the source no
-- longer holds it; lost_on: the day it leaves (or left) the source, which nobody knows of pull reports
-- schema: ops
--
-- A log that is refused for weeks while members are read is a gap, too. docktally status sets the variable status_at, and gaps
-- run to then. Nobody waits for a log that is switched off or an org that is retired: theirs end with the newest window. A
-- gap younger than the look-back is left out: the next run reads that time anyway.
--
-- Where pull reports were read and none came for more than a week, the gap runs to three days before now: they come that late.
with newest as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  where stream = 'auditlog' and kind in ('window', 'unsettled', 'range', 'horizon')
  group by org
),

-- what the source is known to hold: as long as the longest unbroken chain of events was, while its oldest event is there
held as (
  select org, max(read_at - assured_from) as held_for
  from ops.audit_log_reads
  group by org
),

horizons as (
  select
    newest.org,
    newest.read_at,
    least(
      newest.read_at - to_days(orgs.assumed_retention_days::integer),
      greatest(newest.read_at - held.held_for, coalesce(orgs.oldest_event_at, newest.read_at))
    ) as horizon,
    date_sub('day', horizon, newest.read_at) as held_days,
    orgs.assumed_retention_days as forgotten_days -- of what is lost, the day does not move with what is learned later
  from newest
  join dim_org as orgs on orgs.org = newest.org
  join held on held.org = newest.org
),

reads as (
  select org, max(window_to) as read_to
  from ops.coverage
  where stream = 'auditlog'
  group by org
),

ends as (
  select
    reads.org,
    orgs.is_audit_log_on and not orgs.is_retired as is_expected,
    case
      when is_expected then greatest(read_to, orgs.last_synced_at, getvariable('status_at')::timestamp)
      else read_to
    end as ends_at,
    case when is_expected then to_seconds(orgs.lookback_hours * 3600) else interval 0 seconds end as lookback
  from reads
  join dim_org as orgs on orgs.org = reads.org
),

holes as (
  select
    spans.org,
    spans.span_to as gap_from,
    coalesce(lead(spans.span_from) over (partition by spans.org order by spans.span_from), ends.ends_at) as gap_to,
    ends.ends_at,
    ends.lookback
  from ops.coverage_spans as spans
  join ends on ends.org = spans.org
  where spans.source = 'auditlog'
),

-- what the source holds moves on with time, asked or not
uncollected as (
  select
    holes.org,
    gap_from,
    gap_to,
    held_days,
    forgotten_days,
    horizon + greatest(ends_at - horizons.read_at, interval 0 seconds) as horizon
  from holes
  join horizons on horizons.org = holes.org
  where gap_from < gap_to and gap_from <= ends_at - lookback
),

-- a gap that straddles the horizon is lost before it and can still be read after it
pieces as (
  select org, gap_from, least(gap_to, horizon) as gap_to, true as lost, forgotten_days as held_days
  from uncollected
  where gap_from < horizon

  union all

  select org, greatest(gap_from, horizon), gap_to, false, held_days
  from uncollected
  where gap_to > horizon
),

-- until when pull reports are expected; null where nobody waits for them
reported as (
  select
    files.org,
    case
      when any_value(orgs.is_pulls_on and not orgs.is_retired)
        then greatest(any_value(orgs.last_synced_at), getvariable('status_at')::timestamp)
    end as now
  from ops.loaded_files as files
  join dim_org as orgs on orgs.org = files.org
  where files.stream = 'pulls' and files.kind = 'report'
  group by files.org
),

days_covered as (
  select org, span_to as gap_from, lead(span_from) over (partition by org order by span_from) as gap_to
  from ops.coverage_spans
  where source = 'pulls'
),

unreported as (
  select org, gap_from, gap_to
  from days_covered
  where gap_to is not null

  union all

  select days.org, days.gap_from, date_trunc('day', reported.now) - interval 3 days
  from days_covered as days
  join reported on reported.org = days.org
  where days.gap_to is null and days.gap_from < reported.now - interval 7 days
),

final as (
  select
    org,
    'auditlog' as stream,
    gap_from,
    gap_to,
    lost,
    cast(gap_from + to_days(held_days::integer) as date) as lost_on
  from pieces

  union all

  select org, 'pulls', gap_from, gap_to, false, null
  from unreported
)

select * from final
