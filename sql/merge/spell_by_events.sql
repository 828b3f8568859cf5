-- the organizations of the parsed events are spelled as the newest of these spells them
update ops.organizations as named
set
  first_account = coalesce(named.first_account, events.first_account),
  org = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.account else named.org end,
  spelled_at = case when events.newest_at >= spelled_at or spelled_by <> 'auditlog' then events.newest_at else spelled_at end,
  spelled_by = 'auditlog'
from (
  select
    org_key,
    arg_min(account, first_row) as first_account,
    arg_max(account, (read_at, newest_event_at, last_row)) as account,
    max(read_at) as newest_at,
  from (
    select
      file_number,
      lower(org) as org_key,
      account,
      min(row_id) as first_row,
      max(occurred_at) as newest_event_at,
      max(row_id) as last_row,
    from incoming
    where reason is null and lower(account) = lower(org)
    group by all
  ) as spellings
  join incoming_files as files on files.number = spellings.file_number
  group by all
) as events
where events.org_key = named.org_key
