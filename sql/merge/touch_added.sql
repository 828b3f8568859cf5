-- the days of the facts that are added
insert into ops.touched_days
select distinct org, cast(occurred_at as date)
from incoming_added
