-- the people files of the organizations whose settings came in, and of the others what was kept
create temp table people_file as
select kept.*
from ops.people as kept
anti join incoming_license as incoming on incoming.org = kept.org

union all by name

select * from incoming_people_file
