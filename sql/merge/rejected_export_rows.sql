-- the rows of one of the exports in incoming_export_rows that cannot be part of a fact, with what was sent
select raw_row, reason, payload
from incoming_export_rows
where file_number = $number and reason is not null
