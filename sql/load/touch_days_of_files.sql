-- the days of which these files hold an event, known before or not
insert into ops.touched_days
select distinct org, event_date, null
from ops.event_days
where list_contains($files, raw_file)
