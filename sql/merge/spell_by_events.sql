-- the organizations of the parsed events are spelled as the newest of these spells them
update ops.organizations as named
set
  first_account = coalesce(named.first_account, events.first_account),
  org = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.account else named.org end,
  spelled_at = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.newest_at else spelled_at end,
  spelled_by = 'auditlog'
from (
  select
    lower(org) as org_key,
    arg_min(account, row_id) as first_account,
    arg_max(account, (read_at, occurred_at, row_id)) as account,
    max(read_at) as newest_at,
  from incoming
  where reason is null and lower(account) = lower(org)
  group by all
) as events
where events.org_key = named.org_key
