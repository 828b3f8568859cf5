-- the facts of the touched days, and of the touched actors on others: what marts by day and checks ask of them. The bounds are
-- those of touched_range.sql: variables are constants to the engine, which passes over all other days unread, and does not take
-- all facts for the smaller side of a join
with whole_days as (
  select distinct org, activity_date
  from ops.touched_days
  where actor is null
),

actor_days as (
  select distinct org, activity_date, actor
  from ops.touched_days as touched
  anti join whole_days using (org, activity_date)
  where actor is not null
)

select facts.* exclude (data, description, digest, event_id, token_label)
from fct_usage as facts
semi join whole_days as days on days.org = facts.org and days.activity_date = cast(facts.occurred_at as date)
where facts.occurred_at >= getvariable('touched').whole_from
  and facts.occurred_at < getvariable('touched').whole_to + interval 1 day

union all

select facts.* exclude (data, description, digest, event_id, token_label)
from fct_usage as facts
semi join actor_days as days
  on days.org = facts.org and days.activity_date = cast(facts.occurred_at as date) and days.actor = facts.actor
where facts.occurred_at >= getvariable('touched').actors_from
  and facts.occurred_at < getvariable('touched').actors_to + interval 1 day
  and $with_actors::boolean
