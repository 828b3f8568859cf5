-- one row per org whose incoming settings, people or decisions are not those that were kept: the keys that differ
with compared as (
  select
    incoming.org,
    concat_ws(
      ', ',
      case when incoming.plan is distinct from kept.plan then 'plan' end,
      case when incoming.seats_purchased is distinct from kept.seats_purchased then 'seats_purchased' end,
      case when incoming.price_per_seat_month is distinct from kept.price_per_seat_month then 'price_per_seat_month' end,
      case when incoming.currency is distinct from kept.currency then 'currency' end,
      case when incoming.renewal_date is distinct from kept.renewal_date then 'renewal_date' end,
      case when incoming.billing_cycle is distinct from kept.billing_cycle then 'billing_cycle' end,
      case when incoming.idle_after_days is distinct from kept.idle_after_days then 'idle_after_days' end,
      case when incoming.grace_days is distinct from kept.grace_days then 'grace_days' end,
      case when incoming.invite_after_days is distinct from kept.invite_after_days then 'invite_after_days' end,
      case when incoming.assumed_retention_days is distinct from kept.assumed_retention_days then 'assumed_retention_days' end,
      case when incoming.stale_after_days is distinct from kept.stale_after_days then 'stale_after_days' end,
      case when incoming.service_accounts is distinct from kept.service_accounts then 'service_accounts' end,
      case when incoming.exclude is distinct from kept.exclude then 'exclude' end,
      case when listed_now.people is distinct from listed_before.people then 'people' end,
      case when decided_now.decisions is distinct from decided_before.decisions then 'decisions' end
    ) as keys
  from incoming_license as incoming
  join dim_org as kept on kept.org = incoming.org
  left join (
    select org, list_sort(list(distinct [person, department, manager, cost_center])) as people
    from incoming_people_file
    group by org
  ) as listed_now on listed_now.org = incoming.org
  left join (
    select org, list_sort(list(distinct [person, department, manager, cost_center])) as people
    from ops.people
    group by org
  ) as listed_before on listed_before.org = incoming.org
  left join (
    select org, list_sort(list(distinct [
      username, email, decision, decision_by, decision_until::varchar, decision_note
    ])) as decisions
    from incoming_decisions
    group by org
  ) as decided_now on decided_now.org = incoming.org
  left join (
    select org, list_sort(list(distinct [
      username, email, decision, decision_by, decision_until::varchar, decision_note
    ])) as decisions
    from ops.decisions
    where ended_at is null
    group by org
  ) as decided_before on decided_before.org = incoming.org
)

select org, keys
from compared
where keys <> ''
order by org
