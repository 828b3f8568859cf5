-- one row per repository of the lists in incoming_lists, with the reason where it has no name; $paths are their paths
-- the namespace is the organization where a record does not say
with record as (
  select
    list.org, list.read_at, list.name as raw_file, file_row_number as raw_row, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"name":"JSON","namespace":"JSON","is_private":"JSON","storage_size":"JSON","pull_count":"JSON","last_updated":"JSON","last_modified":"JSON"}')) as fields,
  from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
  join incoming_lists as list on filename = list.path
),
texts as (
  select
    *,
    json_text(fields.name) as name,
    coalesce(json_text(fields.namespace), lower(org)) as namespace,
  from record
)
select
  org, read_at, raw_file, raw_row,
  case when contains(name, '/') then name else namespace || '/' || name end as repository,
  try_cast(json_text(fields.is_private) as boolean) as is_private,
  try_cast(json_text(fields.storage_size) as bigint) as storage_size,
  try_cast(json_text(fields.pull_count) as bigint) as pull_count,
  coalesce(utc_time(json_text(fields.last_updated)), utc_time(json_text(fields.last_modified))) as last_updated_at,
  reject_reason(json_kind, fields, name, 'missing_name') as reason,
  payload,
from texts
