-- one row per org and team; who is in two teams is counted in both
select
  org,
  team,
  count(*) as seats,
  count(*) filter (status = 'active') as active,
  count(*) filter (status = 'idle') as idle,
  count(*) filter (status = 'never_active') as never_active,
  count(*) filter (status = 'pending_invite') as pending_invite,
  count(*) filter (status = 'no_data') as no_data,
  sum(wasted_month) as wasted_month
from (select *, unnest(case when len(teams) = 0 then ['(no team)'] else teams end) as team from seats where moment_id = 0)
group by org, team
order by org, team
