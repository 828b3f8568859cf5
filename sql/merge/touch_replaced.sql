-- the days of the facts whose place records take
insert into ops.touched_days
select distinct org, cast(occurred_at as date), null
from fct_usage
where rowid in (select first_row from incoming_repeats where wins)
