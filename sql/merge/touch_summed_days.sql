-- the days of the pulls that are added
insert into ops.touched_days
select distinct file.org, summed.day, null
from incoming_pulls_summed as summed
join incoming_files as file on file.number = summed.file_number
