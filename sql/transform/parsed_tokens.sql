-- one row per access token of the lists in incoming_lists, with the reason where it has no id; $paths are their paths
with record as (
  select
    list.org, list.read_at, list.name as raw_file, file_row_number as raw_row, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"id":"JSON","label":"JSON","created_by":"JSON","is_active":"JSON","created_at":"JSON","expires_at":"JSON","last_used_at":"JSON"}')) as fields,
  from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
  join incoming_lists as list on filename = list.path
)
select
  org, read_at, raw_file, raw_row,
  json_text(fields.id) as token_id,
  json_text(fields.label) as label,
  json_text(fields.created_by) as created_by,
  try_cast(json_text(fields.is_active) as boolean) as is_active,
  utc_time(json_text(fields.created_at)) as created_at,
  utc_time(json_text(fields.expires_at)) as expires_at,
  utc_time(json_text(fields.last_used_at)) as last_used_at,
  reject_reason(json_kind, fields, json_text(fields.id), 'missing_id') as reason,
  payload,
from record
