-- the facts of org_day and member_day are those of fct_usage
-- next: run docktally sync again: it makes the days anew from the facts
with facts as (
  select org, count(*) as facts
  from fct_usage
  group by org
),

days as (
  select 'org_day' as mart, org, sum(facts)::bigint as facts
  from org_day
  group by org

  union all

  select 'member_day', org, sum(facts)::bigint
  from member_day
  group by org
)

select
  'days_add_up' as check_name,
  format('{} of {}: {} facts, fct_usage has {}', days.mart, days.org, days.facts, coalesce(facts.facts, 0)) as detail
from days
left join facts on facts.org = days.org
where days.facts is distinct from facts.facts
