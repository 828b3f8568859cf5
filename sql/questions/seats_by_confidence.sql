-- one row per org: how many of its people's seats have which confidence, as it was judged last
select
  lower(org) as org,
  count(*) filter (confidence = 'low') as low,
  count(*) filter (confidence = 'none') as none,
  count(*) as seats
from seats
where moment_id = 0 and status <> 'pending_invite'
group by lower(org)
