-- one row per day, actor, resource, tag and token of the exports in incoming_export_rows: what they count together, from day $from
-- on, before $before; left out are days that a report of $org covers
--
-- The same row may stand in several files, since exports overlap: it counts once, with the larger numbers. Rows that stand more
-- than once in one file are told apart by their order.
with placed as (
  select
    *,
    row_number() over (partition by file_number, row_key order by raw_row) as occurrence,
  from incoming_export_rows
  where reason is null and day >= $from::date and day < $before::date
),
once as (
  select
    row_key, occurrence,
    any_value(day) as day,
    any_value(resource) as resource,
    any_value(actor) as actor,
    any_value(tag) as tag,
    any_value(token_label) as token_label,
    max(version_checks) + max(pulls) as quantity,
    min((file_number::bigint << 32) + raw_row) as first_row,
  from placed
  group by row_key, occurrence
)
select
  day, actor, resource, tag, token_label,
  sum(quantity)::bigint as quantity,
  min(first_row) >> 32 as file_number,
  min(first_row) & 4294967295 as raw_row,
from once
where day not in (
  select cast(window_from as date) from ops.loaded_files where org = $org and stream = 'pulls' and kind = 'report'
)
group by all
