-- whether every day is touched, or those that are hold more events than that
select
  exists(from ops.touched_days where org is null) as are_all,
  coalesce(sum(events) > $most::bigint, false) as is_much
from ops.event_days as days
semi join (select org, activity_date from ops.touched_days where actor is null) as touched
  on touched.org = days.org and touched.activity_date = days.event_date
