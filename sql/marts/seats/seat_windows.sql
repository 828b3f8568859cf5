-- one row per org and moment: the instants and days its rules compare with. is_reported: seats has it; the other moments,
-- moment_id below 0, are the history of moment 0: the end of each of the 92 days before it, and of each Sunday of a year
-- materialized: table
with first_looks as (
  select org, min(taken_at) as first_taken_at
  from ops.member_snapshots
  group by org
),

days as (
  select
    moments.* exclude (moment_id, as_of, known_until),
    moments.as_of as reported_as_of,
    unnest(generate_series(
      date_trunc('day', greatest(first_looks.first_taken_at, moments.as_of - interval 364 days)) + interval 1 day,
      moments.as_of - interval 1 microsecond,
      interval 1 day
    )) as as_of
  from seat_moments as moments
  join first_looks on first_looks.org = moments.org
  where moments.moment_id = 0
),

moments as (
  select *, true as is_reported from seat_moments

  union all by name

  select
    date_diff('day', reported_as_of, as_of) - 1 as moment_id,
    as_of,
    as_of - interval 1 microsecond as known_until,
    false as is_reported,
    days.* exclude (reported_as_of, as_of)
  from days
  where as_of > reported_as_of - interval 92 days or isodow(as_of) = 1
)

select
  moment_id,
  dense_rank() over (order by org, as_of, known_until) as instant_id, -- moments with other thresholds may share it
  org,
  is_reported,
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
