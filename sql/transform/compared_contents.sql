-- one row per fact of incoming_compared: an event as far as a fact keeps it, as `beside` and `data`
select
  key, is_new, org, fact_id, has_event_id, taken, data,
  concat_ws(chr(31), org, source_action, coalesce(resource, chr(0)), coalesce(actor, chr(0)), coalesce(token_label, chr(0)),
    epoch_us(occurred_at)) as beside,
from incoming_compared
