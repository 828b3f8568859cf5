-- one row per org and moment: the instants and days its rules compare with
-- after: seat_moments
with moments as (
  select *, case when as_of_excluded then as_of - interval 1 microsecond else as_of end as known_until
  from seat_moments
)

select
  moment_id,
  org,
  as_of,
  known_until, -- what is later is not looked at
  cast(known_until as date) as as_of_date,
  as_of - to_days(idle_after_days::integer) as active_after, -- the threshold window W is (active_after, as_of]
  as_of - to_days(grace_days::integer) as grace_after,
  as_of - to_days(invite_after_days::integer) as invite_after,
  idle_after_days,
  grace_days,
  invite_after_days,
  price_per_seat_month,
  currency
from moments
