-- the facts of org_day, member_day and actor_day are those of fct_usage, day by day
-- next: run docktally sync again: it makes the days anew from the facts
--
-- A run that looks at the days it touched alone has of some days one actor's facts: so each actor's are counted.
with facts as (
  select org, actor, cast(occurred_at as date) as activity_date, count(*) as facts
  from fct_usage
  group by org, actor, cast(occurred_at as date)
),

wanted as (
  select 'org_day' as mart, org, '(all)' as actor, activity_date, sum(facts)::bigint as facts
  from facts
  group by org, activity_date

  union all

  select marts.mart, org, coalesce(actor, '(nobody named)'), activity_date, facts
  from facts
  cross join (values ('member_day'), ('actor_day')) as marts (mart)
),

days as (
  select 'org_day' as mart, org, '(all)' as actor, activity_date, facts
  from org_day

  union all

  select 'member_day', org, coalesce(actor, '(nobody named)'), activity_date, facts
  from member_day

  union all

  select 'actor_day', org, coalesce(actor, '(nobody named)'), activity_date, facts
  from actor_day
)

select
  'days_add_up' as check_name,
  format(
    '{} of {}, {} on {}: {} facts, fct_usage has {}',
    wanted.mart,
    wanted.org,
    wanted.actor,
    wanted.activity_date,
    coalesce(days.facts, 0),
    wanted.facts
  ) as detail
from wanted
left join days
  on days.mart = wanted.mart
  and days.org = wanted.org
  and days.actor = wanted.actor
  and days.activity_date = wanted.activity_date
where days.facts is distinct from wanted.facts

union all

-- not asked by a run that looks at the days it touched alone: it has named their files
select
  'days_add_up',
  format('actor_day of {}, {} on {}: {} facts, fct_usage has none', days.org, days.actor, days.activity_date, days.facts)
from days
anti join wanted
  on wanted.mart = days.mart
  and wanted.org = days.org
  and wanted.actor = days.actor
  and wanted.activity_date = days.activity_date
where days.mart = 'actor_day' and getvariable('checked_files') is null
