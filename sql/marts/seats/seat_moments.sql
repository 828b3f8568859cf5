-- one row per org: the moment and the thresholds its seats are judged at
--
-- The moment up to which everything that can be read of the org was read: the earlier of its newest snapshot and the end of
-- its newest window of the audit log (ranges that were read again by hand do not count), so that a bad night or an old range
-- changes nobody's verdict. A stream that could not be read for stale_after_days no longer holds it back. It is never after
-- now, which is when the newest run ended, by our own clock; known_until: what is later is not looked at.
-- A report of another day or of a what-if makes a temp table of this name and these columns, with several moments of an org
-- distinguished by moment_id.
with streams as (
  select org, stream, max(least(coalesce(window_to, read_at), read_at)) as read_to
  from ops.loaded_files
  where (stream = 'members' and kind = 'snapshot') or (stream = 'auditlog' and kind in ('window', 'unsettled'))
  group by org, stream
),

awaited as (
  select streams.org, streams.read_to
  from streams
  join dim_org as orgs on orgs.org = streams.org
  -- nobody waits for an audit log that is switched off, unless there is nothing else
  where orgs.is_audit_log_on or streams.stream <> 'auditlog' or orgs.members_read_at is null
  qualify streams.read_to
    > max(streams.read_to) over (partition by streams.org) - to_days(orgs.stale_after_days::integer)
),

known as (
  select org, min(read_to) as known_until
  from awaited
  group by org
)

select
  0 as moment_id,
  known.org,
  least(known.known_until, (select max(coalesce(finished_at, started_at)) from ops.runs)) as as_of,
  known.known_until,
  orgs.idle_after_days,
  orgs.grace_days,
  orgs.invite_after_days,
  orgs.assumed_retention_days,
  orgs.price_per_seat_month,
  orgs.currency
from known
join dim_org as orgs on orgs.org = known.org
