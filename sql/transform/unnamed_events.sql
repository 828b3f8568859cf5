-- one row per event of the batch without an `event_id` (incoming_unnamed): what its identity is a hash of, as `beside` and `data`
-- the account is spelled as the organization's first event spelled it: a source that echoes what it was asked for makes no second
-- event of one
select
  row_id as key, file_number, event.org, occurred_at, data,
  concat_ws(chr(31), hash_org, coalesce(case when lower(event.account) = lower(event.org) then coalesce(named.first_account, fresh.first_account) end, event.account, chr(0)), source_action,
    coalesce(name, chr(0)), coalesce(source_actor, chr(0)), epoch_us(occurred_at)) as beside,
from incoming_unnamed as event
left join ops.organizations as named on named.org_key = lower(event.org)
left join incoming_spellings as fresh on fresh.org_key = lower(event.org)
