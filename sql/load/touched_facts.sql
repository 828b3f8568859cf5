-- the facts of the touched days, and of the touched actors on others: what marts by day and checks ask of them. The bounds let the
-- engine pass over all other days unread
with whole_days as materialized (
  select distinct org, activity_date
  from ops.touched_days
  where actor is null
),

actor_days as materialized (
  select distinct org, activity_date, actor
  from ops.touched_days as touched
  anti join whole_days using (org, activity_date)
  where actor is not null
)

select facts.* exclude (data, description, digest, event_id, token_label)
from fct_usage as facts
semi join whole_days as days on days.org = facts.org and days.activity_date = cast(facts.occurred_at as date)
where facts.occurred_at >= (select coalesce(min(activity_date)::timestamp, timestamp 'infinity') from whole_days)
  and facts.occurred_at < (select coalesce(max(activity_date) + interval 1 day, timestamp '-infinity') from whole_days)

union all

select facts.* exclude (data, description, digest, event_id, token_label)
from fct_usage as facts
semi join actor_days as days
  on days.org = facts.org and days.activity_date = cast(facts.occurred_at as date) and days.actor = facts.actor
where facts.occurred_at >= (select coalesce(min(activity_date)::timestamp, timestamp 'infinity') from actor_days)
  and facts.occurred_at < (select coalesce(max(activity_date) + interval 1 day, timestamp '-infinity') from actor_days)
  and $with_actors::boolean
