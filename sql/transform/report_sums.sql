-- one row per day, actor, resource, tag and token of the report in incoming_report_rows: what it counts together
select
  day, actor, resource, tag, token_label,
  sum(quantity)::bigint as quantity,
  0 as file_number,
  min(raw_row) as raw_row,
from incoming_report_rows
where reason is null
group by all
