-- one row per row of an export of the usage page, with the reason where it cannot be part of a fact; $path is its raw file, $number
-- its place among those that are read together, $pointers say where its columns are; $org and $read_at are those of the file
--
-- row_key is made of all columns but the two that count.
with sent as (
  select file_row_number as raw_row, payload, try(json_extract_string(payload, $pointers)) as cells
  from read_parquet($path, file_row_number = true, hive_partitioning = false)
),
told as (
  select
    raw_row,
    payload,
    cells,
    pull_day(cells[1]) as day,
    pull_resource(text_or_null(cells[2]), null, $org) as resource,
    pull_quantity(cells[3]) as version_checks,
    pull_quantity(cells[4]) as pulls,
    lower(text_or_null(cells[5])) as actor,
    text_or_null(cells[6]) as tag,
    pull_token(cells[7]) as token_label,
    md5_number(array_to_string(list_transform(
      [cells[1], cells[2], cells[5], cells[6], cells[7], cells[8], cells[9], cells[10]],
      lambda cell: coalesce(trim(cell), '')
    ), chr(31))) as row_key,
  from sent
)
select
  $number::integer as file_number, raw_row, row_key, day, resource, version_checks, pulls, actor, tag, token_label,
  pull_reason(cells, day, resource, version_checks + pulls, $read_at) as reason,
  payload,
from told
