-- one row per event of the batch without an `event_id`: what its identity is a hash of, as `beside` and `data`
select
  row_id as key, file_number, event.org, occurred_at, data,
  -- the account as the organization's first event spelled it: a source that echoes what it was asked for makes no second event of one
  concat_ws(chr(31), hash_org, coalesce(case when lower(account) = named.org_key then named.first_account end, account, chr(0)), source_action, coalesce(name, chr(0)), coalesce(source_actor, chr(0)),
    epoch_us(occurred_at)) as beside,
from incoming_records as event
left join ops.organizations as named on named.org_key = lower(event.org)
where event_id is null and reason is null
