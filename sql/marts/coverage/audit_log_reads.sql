-- one row per org and instant at which its audit log was read: since when what that reading did not find was not there
-- schema: ops
-- materialized: table
--
-- Docker Hub forgets old events without a word. What it still held at a reading: the last assumed_retention_days, and before
-- that what an unbroken chain of events reaches: going back from there, each UTC day with an event (returned by that reading
-- or a later one) is at most assumed_retention_days from the next one. One old event proves nothing of the years after it.
-- A run that goes on within two days where another one broke off is the same reading, back to what it finds itself.
with files as (
  select org, kind, read_at, window_from, oldest_event_at
  from ops.loaded_files
  where stream = 'auditlog' and kind in ('window', 'unsettled', 'range', 'horizon')
),

days as (
  select org, read_at, event_date, min(first_event_at) as first_event_at
  from (
    select org, read_at, event_date, first_event_at from ops.event_days
    union all
    select org, read_at, cast(oldest_event_at as date), oldest_event_at from files where oldest_event_at is not null
  )
  group by org, read_at, event_date
),

oldest as (
  select org, read_at, min(event_date) as event_date
  from days
  group by org, read_at
),

asked as (
  select
    files.org,
    files.read_at,
    any_value(orgs.assumed_retention_days) as link_days,
    files.read_at - to_days(any_value(orgs.assumed_retention_days)::integer) as retained_from,
    min(files.window_from) filter (files.kind <> 'horizon') as asked_from
  from files
  join dim_org as orgs on orgs.org = files.org
  group by files.org, files.read_at
),

reads as (
  select
    asked.*,
    min(oldest.event_date) over (
      partition by asked.org order by asked.read_at desc rows between unbounded preceding and current row
    ) as found_date
  from asked
  left join oldest on oldest.org = asked.org and oldest.read_at = asked.read_at
),

-- only a reading of more than what is retained in any case needs the chain, and only as far back as it asked
links as (
  select
    reads.org,
    reads.read_at,
    any_value(reads.link_days) as link_days,
    any_value(cast(reads.retained_from as date)) as retained_date,
    days.event_date,
    min(days.first_event_at) as first_event_at
  from reads
  join days
    on days.org = reads.org
    and days.read_at >= case
      when days.event_date >= reads.found_date then reads.read_at - interval 2 days else reads.read_at
    end
    and days.event_date <= cast(reads.retained_from as date)
    and days.event_date >= cast(reads.asked_from as date)
  where reads.asked_from < reads.retained_from
  group by reads.org, reads.read_at, days.event_date
),

measured as (
  select
    *,
    date_diff('day', event_date, coalesce(lag(event_date) over back, retained_date)) > link_days as breaks
  from links
  window back as (partition by org, read_at order by event_date desc)
),

chained as (
  select org, read_at, first_event_at
  from measured
  qualify not bool_or(breaks) over (
    partition by org, read_at order by event_date desc rows between unbounded preceding and current row
  )
),

reached as (
  select org, read_at, min(first_event_at) as reached_from
  from chained
  group by org, read_at
),

final as (
  select reads.org, reads.read_at, least(reads.retained_from, reached.reached_from) as assured_from
  from reads
  left join reached on reached.org = reads.org and reached.read_at = reads.read_at
)

select * from final
