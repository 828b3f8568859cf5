-- what the operator says of $org's seats now
insert into incoming_license by name
select
  $org as org,
  $connection as connection,
  $set_at as set_at,
  $plan::varchar as plan,
  $seats_purchased::bigint as seats_purchased,
  $price_per_seat_month::decimal(18, 2) as price_per_seat_month,
  $currency as currency,
  $renewal_date::date as renewal_date,
  $billing_cycle as billing_cycle,
  $idle_after_days::bigint as idle_after_days,
  $grace_days::bigint as grace_days,
  $invite_after_days::bigint as invite_after_days,
  $assumed_retention_days::bigint as assumed_retention_days,
  $stale_after_days::bigint as stale_after_days,
  from_json($service_accounts, '["VARCHAR"]') as service_accounts,
  from_json($exclude, '[{"username":"VARCHAR","until":"DATE","reason":"VARCHAR"}]') as exclude,
