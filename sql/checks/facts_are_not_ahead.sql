-- no fact is more than a day ahead of the newest reading of its org
-- next: set this machine's clock right, then run docktally rebuild: it rejects what lies ahead
with newest as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  group by org
)

select
  'facts_are_not_ahead' as check_name,
  format('{}: fact {} of {} is ahead of the reading of {}', facts.org, fact_id, occurred_at, read_at) as detail
from fct_usage as facts
join newest on newest.org = facts.org
where facts.occurred_at > newest.read_at + interval 1 day
