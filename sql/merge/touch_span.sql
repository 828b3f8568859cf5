-- the days of $org from one to another, not included
insert into ops.touched_days
select $org::varchar, cast(day as date), null
from unnest(generate_series($from::timestamp, $before::timestamp - interval 1 microsecond, interval 1 day)) as days (day)
