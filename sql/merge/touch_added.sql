-- the days of the facts that are added, of their actors alone: Insights tell of days long past, and a fact or two of each
insert into ops.touched_days
select distinct org, cast(occurred_at as date), actor
from incoming_added
