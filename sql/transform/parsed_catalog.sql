-- one row per record of the source's own list of actions, with the reason where it names no action; $path is one list's raw file
with record as (
  select
    file_row_number as raw_row, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"action":"JSON","label":"JSON","description":"JSON"}')) as fields,
  from read_parquet($path, file_row_number = true, hive_partitioning = false)
)
select
  raw_row,
  json_text(fields.action) as source_action,
  json_text(fields.label) as label,
  json_text(fields.description) as meaning,
  reject_reason(json_kind, fields, json_text(fields.action), 'missing_action') as reason,
  payload,
from record
