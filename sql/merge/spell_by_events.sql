-- the organizations of a batch are spelled as the newest of its events spells them
update ops.organizations as named
set
  first_account = coalesce(named.first_account, events.first_account),
  org = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.account else named.org end,
  spelled_at = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.newest_at else spelled_at end,
  spelled_by = 'auditlog'
from incoming_spellings as events
where events.org_key = named.org_key
