-- one row per fact of $source_action that today's rules call otherwise: `row` and its new names; each has a row in dim_action
with named as (
  select
    event.rowid as row, event.org, event.resource as name, event.source,
    event.action as old_action, event.category as old_category, event.verb as old_verb, event.subject as old_subject,
    coalesce(rule.action, event.source_action) as action,
    coalesce(rule.category, first_word(event.source_action)) as category,
    coalesce(rule.verb, last_word(event.source_action)) as verb,
    data_fields(event.data) as fields,
  from fct_usage as event
  join dim_action as rule on rule.source_action = event.source_action
  where event.source_action = $source_action
)
select row, action, category, verb,
  case when source = 'auditlog' then subject_of(action, fields, name, org) else old_subject end as subject,
from named
where (action, category, verb, subject) is distinct from (old_action, old_category, old_verb, old_subject)
