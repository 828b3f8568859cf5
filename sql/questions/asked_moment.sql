-- one row per org: the newest moment as it is asked for: $1 as of that day, $2 days idle, $3 days of grace, $4 a seat's price; null: as it was judged
select
  moment_id,
  org,
  case when $1::date is null then as_of else least(as_of, $1::date + interval 1 day) end as as_of,
  case when $1::date + interval 1 day <= as_of then $1::date + interval 1 day - interval 1 microsecond else known_until end
    as known_until,
  coalesce($2::bigint, idle_after_days) as idle_after_days,
  coalesce($3::bigint, grace_days) as grace_days,
  invite_after_days,
  assumed_retention_days,
  coalesce($4::decimal(18, 2), price_per_seat_month) as price_per_seat_month,
  currency
from seat_moments
where moment_id = 0
