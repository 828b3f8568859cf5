-- one row per record of the batch that cannot become a fact and was not rejected before, with what was sent
with numbered as (
  select *, row_number() over (partition by file_number, payload order by row_id) as n
  from incoming
  where reason is not null
)
select
  row_id, file_number,
  md5(concat_ws(chr(31), file.first_org, reason, payload, n)) as reject_id, numbered.org, 'auditlog' as stream, reason, payload,
  file.name as raw_file, row_id & 4294967295 as raw_row, run_id,
from numbered
join incoming_files as file on file.number = numbered.file_number
where reject_id not in (select reject_id from ops.rejected)
qualify row_number() over (partition by reject_id order by row_id) = 1
