-- one row per organization that events of the batch spell: its first spelling in the batch, and the newest one
select
  lower(files.org) as org_key,
  arg_min(account, first_row) as first_account,
  arg_max(account, (files.read_at, newest_event_at, last_row)) as account,
  max(files.read_at) as newest_at,
from (
  -- few spellings of many events
  select file_number, account, min(row_id) as first_row, max(occurred_at) as newest_event_at, max(row_id) as last_row,
  from incoming
  where reason is null
  group by all
) as spellings
join incoming_files as files on files.number = spellings.file_number
where lower(account) = lower(files.org)
group by all
