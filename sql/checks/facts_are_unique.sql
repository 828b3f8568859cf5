-- no fact_id stands twice in an org
-- next: run docktally rebuild: it merges the raw files anew, each event once
select 'facts_are_unique' as check_name, format('{}: fact {} stands {} times', org, fact_id, count(*)) as detail
from fct_usage
group by org, fact_id
having count(*) > 1
