-- the facts of org_day and member_day are those of fct_usage, day by day
-- next: run docktally sync again: it makes the days anew from the facts
with facts as (
  select org, cast(occurred_at as date) as activity_date, count(*) as facts
  from fct_usage
  group by org, cast(occurred_at as date)
),

members as (
  select org, activity_date, sum(facts)::bigint as facts
  from member_day
  group by org, activity_date
)

select
  'days_add_up' as check_name,
  format(
    'org_day of {} on {}: {} facts, fct_usage has {}',
    facts.org,
    facts.activity_date,
    coalesce(days.facts, 0),
    facts.facts
  ) as detail
from facts
left join org_day as days on days.org = facts.org and days.activity_date = facts.activity_date
where days.facts is distinct from facts.facts

union all

select
  'days_add_up',
  format(
    'member_day of {} on {}: {} facts, org_day has {}',
    coalesce(members.org, days.org),
    coalesce(members.activity_date, days.activity_date),
    coalesce(members.facts, 0),
    coalesce(days.facts, 0)
  )
from members
full join org_day as days on days.org = members.org and days.activity_date = members.activity_date
where days.facts is distinct from members.facts

union all

-- a run that looks at the days it touched alone counts all facts nevertheless
select 'days_add_up', format('org_day: {} facts, fct_usage has {}', counted.in_days, counted.there_are)
from (
  select
    (select coalesce(sum(facts), 0) from org_day) as in_days,
    (select count(*) from main.fct_usage) as there_are
) as counted
where in_days <> there_are
