-- one row per team of the lists in incoming_lists, with the reason where it has no name; $paths are their paths
with record as (
  select
    list.org, list.read_at, list.name as raw_file, file_row_number as raw_row, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"name":"JSON","description":"JSON","member_count":"JSON"}')) as fields,
  from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
  join incoming_lists as list on filename = list.path
)
select
  org, read_at, raw_file, raw_row,
  json_text(fields.name) as team,
  json_text(fields.description) as description,
  try_cast(json_text(fields.member_count) as bigint) as member_count,
  reject_reason(json_kind, fields, json_text(fields.name), 'missing_name') as reason,
  payload,
from record
