-- one row per org whose first snapshot of members is later than the moment of the report: its day, and how many joined and left in between, as the audit log tells it
with unknown as (
  select windows.org, windows.known_until, min(snapshots.taken_at) as first_taken_at
  from seat_windows as windows
  join ops.member_snapshots as snapshots on snapshots.org = windows.org
  where windows.moment_id = 0
  group by windows.org, windows.known_until
  having min(snapshots.taken_at) > windows.known_until
)

select
  unknown.org,
  cast(unknown.first_taken_at as date) as known_since,
  count(*) filter (facts.action = 'org.member.add') as joined,
  count(*) filter (facts.action = 'org.member.remove') as "left"
from unknown
left join fct_usage as facts
  on facts.org = unknown.org
  and facts.occurred_at > unknown.known_until
  and facts.occurred_at <= unknown.first_taken_at
group by unknown.org, unknown.first_taken_at
order by unknown.org
