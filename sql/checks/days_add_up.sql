-- the facts of org_day, member_day and actor_day are those of fct_usage, day by day
-- next: run docktally sync again: it makes the days anew from the facts
with facts as (
  select org, cast(occurred_at as date) as activity_date, count(*) as facts
  from fct_usage
  group by org, cast(occurred_at as date)
),

days as (
  select 'org_day' as mart, org, activity_date, sum(facts)::bigint as facts
  from org_day
  group by org, activity_date

  union all

  select 'member_day', org, activity_date, sum(facts)::bigint
  from member_day
  group by org, activity_date

  union all

  select 'actor_day', org, activity_date, sum(facts)::bigint
  from actor_day
  group by org, activity_date
),

wanted as (
  select marts.mart, facts.*
  from facts
  cross join (values ('org_day'), ('member_day'), ('actor_day')) as marts (mart)
)

select
  'days_add_up' as check_name,
  format(
    '{} of {} on {}: {} facts, fct_usage has {}',
    wanted.mart,
    wanted.org,
    wanted.activity_date,
    coalesce(days.facts, 0),
    wanted.facts
  ) as detail
from wanted
left join days
  on days.mart = wanted.mart and days.org = wanted.org and days.activity_date = wanted.activity_date
where days.facts is distinct from wanted.facts

union all

-- not asked by a run that looks at the days it touched alone: it has named their files
select 'days_add_up', format('actor_day of {} on {}: {} facts, fct_usage has none', days.org, days.activity_date, days.facts)
from days
anti join facts on facts.org = days.org and facts.activity_date = days.activity_date
where days.mart = 'actor_day' and getvariable('checked_files') is null
