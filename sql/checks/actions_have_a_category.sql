-- each action has a category, one only, and each fact's action is in dim_action
-- next: run docktally rebuild: it names every fact's action anew from the raw files
select
  'actions_have_a_category' as check_name,
  format('{}: category {}', source_action, coalesce(nullif(min(category), ''), 'missing')) as detail
from dim_action
group by source_action
having count(distinct category) > 1 or bool_or(trim(category) = '')

union all

select 'actions_have_a_category', format('{}: {} facts without a category', source_action, count(*))
from fct_usage
where trim(category) = ''
group by source_action

union all

select 'actions_have_a_category', format('{}: {} facts of an action that dim_action lacks', facts.source_action, count(*))
from fct_usage as facts
anti join dim_action as actions on actions.source_action = facts.source_action
group by facts.source_action
