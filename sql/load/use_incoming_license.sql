-- dim_org with the incoming settings, which stand for those that were kept
create temp table dim_org as
select kept.*
from dim_org as kept
anti join incoming_license as incoming on incoming.org = kept.org

union all

select kept.* replace (
  incoming.plan as plan,
  incoming.seats_purchased as seats_purchased,
  incoming.price_per_seat_month as price_per_seat_month,
  incoming.currency as currency,
  incoming.renewal_date as renewal_date,
  incoming.billing_cycle as billing_cycle,
  incoming.idle_after_days as idle_after_days,
  incoming.grace_days as grace_days,
  incoming.invite_after_days as invite_after_days,
  incoming.assumed_retention_days as assumed_retention_days,
  incoming.stale_after_days as stale_after_days,
  incoming.service_accounts as service_accounts,
  incoming.exclude as exclude
)
from dim_org as kept
join incoming_license as incoming on incoming.org = kept.org
