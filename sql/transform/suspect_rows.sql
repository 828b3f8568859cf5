-- one row per record of the batch whose `event_id` another event may have: one of the batch, a known one of its time
-- (incoming_known), or a known one of another time (incoming_met)
with repeated as (
  select org, fact_id, row_id from incoming_identified where records > 1 and has_event_id
)
select incoming.row_id, incoming.occurred_at from incoming join repeated on repeated.org = incoming.org and repeated.fact_id = incoming.event_id where reason is null
union
select row_id, occurred_at from incoming_identified semi join incoming_known using (row_id) where has_event_id
union
select row_id, occurred_at
from incoming_identified
semi join (select org, fact_id from fct_usage where rowid in (select row from incoming_met)) as met using (org, fact_id)
where has_event_id
