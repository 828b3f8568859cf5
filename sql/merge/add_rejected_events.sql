-- keeps the rejected records of a batch
insert into ops.rejected by name
select * exclude (row_id, file_number)
from incoming_rejected
