-- one row per record of a batch whose event_id another event has
select row_id, org, event_id, occurred_at, source_action, first_at, first_action, wins
from incoming_repeats
order by org, event_id, occurred_at
