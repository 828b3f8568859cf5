-- one row per org: the moment and the thresholds its seats are judged at
-- after: dim_org
--
-- A report of another day or of a what-if makes a temp table of this name and these columns, with several moments of an org
-- told apart by moment_id. as_of_excluded: as_of itself is not looked at (the first instant of the day after --as-of DAY).
select
  0 as moment_id,
  org,
  last_synced_at as as_of,
  false as as_of_excluded,
  idle_after_days,
  grace_days,
  invite_after_days,
  assumed_retention_days,
  price_per_seat_month,
  currency
from dim_org
where last_synced_at is not null
