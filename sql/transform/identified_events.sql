-- one row per identity in the batch: which of its records is the fact
select org, event_id as fact_id, row_id, occurred_at, true as has_event_id, 1::bigint as records
from incoming
anti join incoming_gathered as gathered on gathered.fact_id = incoming.event_id and gathered.org = incoming.org
where event_id is not null and reason is null
union all by name
from incoming_gathered
