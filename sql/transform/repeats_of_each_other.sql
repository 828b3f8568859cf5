-- one row per record of the batch whose event_id another record of the batch has first, with other contents
select
  record.row_id, record.org, record.event_id, record.occurred_at, record.source_action, record.data,
  first.occurred_at as first_at, first.source_action as first_action, first.data as first_data,
  null::bigint as first_row,
  null::varchar as first_file,
  (record.occurred_at, record.source_action, record.name, record.source_actor)
    is distinct from (first.occurred_at, first.source_action, first.name, first.source_actor) as is_other,
  false as wins,
from incoming_suspects as record
join incoming_identified as named on named.org = record.org and named.fact_id = record.event_id and named.row_id <> record.row_id
join incoming_suspects as first on first.row_id = named.row_id
where record.event_id is not null
  and (is_other or record.data is distinct from first.data)
