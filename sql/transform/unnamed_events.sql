-- one row per event of the batch without an `event_id`: what its identity is a hash of, as `beside` and `data`
select
  row_id as key, file_number, org, run_id, occurred_at, data,
  concat_ws(chr(31), hash_org, coalesce(account, chr(0)), source_action, coalesce(name, chr(0)), coalesce(source_actor, chr(0)),
    epoch_us(occurred_at)) as beside,
from incoming
where event_id is null and reason is null
