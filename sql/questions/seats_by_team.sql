-- one row per org and team; who is in two teams is counted in both. What is wasted stands apart by confidence, and is not to be added up
select
  org,
  team,
  count(*) as seats,
  count(*) filter (status = 'active') as active,
  count(*) filter (status = 'idle') as idle,
  count(*) filter (status = 'never_active') as never_active,
  count(*) filter (status = 'pending_invite') as pending_invite,
  count(*) filter (status = 'no_data') as no_data,
  coalesce(sum(wasted_month) filter (status <> 'pending_invite' and confidence = 'high'), 0 * any_value(price_per_seat_month)) as wasted_month_high,
  coalesce(sum(wasted_month) filter (status <> 'pending_invite' and confidence = 'medium'), 0 * any_value(price_per_seat_month)) as wasted_month_medium,
  coalesce(sum(wasted_month) filter (status <> 'pending_invite' and confidence = 'low'), 0 * any_value(price_per_seat_month)) as wasted_month_low,
  coalesce(sum(wasted_month) filter (status = 'pending_invite'), 0 * any_value(price_per_seat_month)) as wasted_month_invites
from (select *, unnest(case when len(teams) = 0 then ['(no team)'] else teams end) as team from seats where moment_id = 0)
group by org, team
order by org, team
