-- the days of the facts of these files
insert into ops.touched_days
select distinct org, cast(occurred_at as date), null
from fct_usage
where list_contains($files, raw_file)
