-- one row per record of the batch: what tells whether it is new, and no more, so that a batch of half a million is small
select row_id, file_number, org, account, source_action, occurred_at, event_id, reason, payload
from incoming_records
