-- each fact has the action, category and verb that dim_action has for what its source said
-- next: run docktally rebuild: it names every fact anew by the rules
select
  'facts_follow_the_rules' as check_name,
  format(
    '{}: {} facts are {} ({}, {}), the rule says {} ({}, {})',
    facts.source_action,
    count(*),
    facts.action,
    facts.category,
    facts.verb,
    rules.action,
    rules.category,
    rules.verb
  ) as detail
from fct_usage as facts
join dim_action as rules on rules.source_action = facts.source_action
where facts.action <> rules.action
  or facts.category <> rules.category
  or facts.verb <> rules.verb
group by facts.source_action, facts.action, facts.category, facts.verb, rules.action, rules.category, rules.verb
