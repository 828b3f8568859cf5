-- one row per row of a day's pull report, with the reason where it cannot be part of a fact; $path is its raw file, $pointers say
-- where its columns are, in the order of cells; $org and $read_at are those of the file
--
-- Docker documents two namings of the columns: day, image_repository and event_count; event_date, repository and pull_count.
with sent as (
  select file_row_number as raw_row, payload, try(json_extract_string(payload, $pointers)) as cells
  from read_parquet($path, file_row_number = true, hive_partitioning = false)
),
told as (
  select
    raw_row,
    payload,
    cells,
    pull_day(coalesce(text_or_null(cells[1]), cells[2])) as day,
    pull_resource(coalesce(text_or_null(cells[3]), text_or_null(cells[4])), cells[8], $org) as resource,
    pull_quantity(coalesce(text_or_null(cells[5]), cells[6])) as quantity,
    lower(text_or_null(cells[7])) as actor,
    text_or_null(cells[9]) as tag,
    pull_token(cells[10]) as token_label,
  from sent
)
select
  raw_row, day, resource, quantity, actor, tag, token_label,
  pull_reason(cells, day, resource, quantity, $read_at) as reason,
  payload,
from told
