-- one row per org, week and category, of the half year before the report's moment
with moments as (select org, as_of from seat_moments where moment_id = 0)
select
  facts.org,
  cast(date_trunc('week', occurred_at) as date) as week_start_date,
  category,
  count(*) as facts,
  count(distinct actor) filter (actor_kind in ('member', 'former_member')) as active_people
from fct_usage as facts
join moments using (org)
where occurred_at <= as_of and occurred_at > as_of - interval 182 days
group by all
order by all
