-- under the name fct_usage, the facts of the touched days only; the bounds let the engine pass over all other days unread
create or replace temp view fct_usage as
select facts.*
from main.fct_usage as facts
semi join ops.touched_days as touched
  on touched.org = facts.org and touched.activity_date = cast(facts.occurred_at as date)
where facts.occurred_at >= (select min(activity_date) from ops.touched_days)
  and facts.occurred_at < (select max(activity_date) + interval 1 day from ops.touched_days)
