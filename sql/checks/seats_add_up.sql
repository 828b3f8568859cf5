-- the statuses of an org's seats add up to those assigned, and no seat stands twice; of orgs that are configured
-- next: run docktally sync again: it judges the seats anew
with configured as (
  select org
  from dim_org
  where not is_retired
),

counted as (
  select moment_id, org, count(*) as seats
  from seats
  semi join configured using (org)
  group by moment_id, org
)

select
  'seats_add_up' as check_name,
  format(
    '{}: {} assigned, {} by status, {} seats',
    summary.org,
    seats_assigned,
    active + new + idle + never_active + pending_invite + no_data,
    coalesce(counted.seats, 0)
  ) as detail
from seat_summary as summary
semi join configured on configured.org = summary.org
left join counted on counted.moment_id = summary.moment_id and counted.org = summary.org
where seats_assigned <> active + new + idle + never_active + pending_invite + no_data
  or seats_assigned <> coalesce(counted.seats, 0)

union all

select 'seats_add_up', format('{}: {} seats in no summary', counted.org, counted.seats)
from counted
anti join seat_summary as summary on summary.moment_id = counted.moment_id and summary.org = counted.org

union all

select 'seats_add_up', format('{}: seat {} stands {} times', org, member_key, count(*))
from seats
semi join configured using (org)
group by moment_id, org, member_key
having count(*) > 1
