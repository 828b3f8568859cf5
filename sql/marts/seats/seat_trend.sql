-- one row per org, week and status with a seat: how many seats stood so at the end of the week (Sunday), the newest at as_of
-- materialized: table
select
  org,
  as_of_date as week_end_date,
  status,
  count(*) as seats
from seat_status
where moment_id = 0 or (moment_id < 0 and isodow(as_of) = 1)
group by org, as_of_date, status
order by org, week_end_date, status
