-- one row per record of the batch that $rows, the name of a relation with `row_id, occurred_at`, names: all that an event tells
with record as (
  select row_id, file_number, occurred_at, try(json_transform(payload, '{"event_id":"VARCHAR","account":"VARCHAR","action":"VARCHAR","name":"VARCHAR","actor":"VARCHAR","data":"JSON","timestamp":"VARCHAR","action_description":"VARCHAR"}')) as event,
  from incoming_payloads
  join query_table($rows) as wanted using (row_id)
)
select
  row_id,
  file_number,
  row_id & 4294967295 as raw_row,
  file.org,
  file.first_org as hash_org,
  file.run_id,
  text_or_null(event.account) as account,
  text_or_null(event.action) as source_action,
  text_or_null(event.name) as name,
  text_or_null(event.actor) as source_actor,
  occurred_at,
  nullif(event.data, 'null'::json) as data,
  event.action_description as description,
  text_or_null(event.event_id) as event_id,
from record
join incoming_files as file on file.number = record.file_number
