-- one row per record of the batch that brings a known event_id with other contents, beside the fact that has it: one between
-- $from and $to, or one of incoming_met
-- `wins` where the record is of the same run and the earlier one: windows of a run are merged in the order in which they came, and that is chance
with record as (
  select event.row_id, event.org, event_id, occurred_at, source_action, event.name, source_actor, data, event.run_id, file.name as raw_file, raw_row
  from incoming_suspects as event
  join incoming_files as file on file.number = event.file_number
  where event_id is not null
),
first as (
  select rowid as row, *
  from fct_usage
  where source = 'auditlog' and event_id is not null and occurred_at between $from and $to
  union all
  select rowid as row, * from fct_usage where rowid in (select row from incoming_met)
)
select
  record.row_id, record.org, record.event_id, record.occurred_at, record.source_action, record.data,
  first.occurred_at as first_at, first.source_action as first_action, first.data as first_data,
  first.row as first_row,
  first.raw_file as first_file,
  record.occurred_at <> first.occurred_at or record.source_action <> first.source_action
    or record.name is distinct from first.resource
    or not starts_with(coalesce(lower(record.source_actor), ''), coalesce(first.actor, '')) as is_other,
  record.run_id = first.run_id
    and (record.occurred_at, record.raw_file, record.raw_row) < (first.occurred_at, first.raw_file, first.raw_row) as wins,
from record
join incoming_identified as named on named.row_id = record.row_id
join first on first.org = record.org and first.fact_id = record.event_id
where is_other or record.data is distinct from first.data
