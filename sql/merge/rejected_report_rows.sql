-- the rows of a pull report that cannot be part of a fact, with what was sent
select raw_row, reason, payload
from incoming_report_rows
where reason is not null
