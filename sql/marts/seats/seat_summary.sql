-- one row per org and moment: how many seats, how they stand, what they cost
-- materialized: table
--
-- saving_realized_year: a year's price of the seats given up in the 365 days to as_of. Where purchased seats are known: the
-- larger of what the audit log (seat_remove less its cancellations and seat_add) and the configuration's history say, since
-- both tell of the same seats. Where they are not, cost follows the people: those removed who hold no seat now. Seats bought
-- again in between are taken off, and it is never below nothing.
-- saving_year_spare: a year's price of the seats bought and not assigned: sure, whoever is active.
-- seats_at_renewal_high, _medium, _low: how many seats to buy at the renewal where those go that may go with at least that
-- confidence: the seats assigned without invitations to cancel, and without those that are idle or were never active.
with moments as (
  select
    windows.*,
    evidence.run_id,
    evidence.observed_days,
    orgs.connection,
    orgs.plan,
    orgs.seats_purchased,
    -- what is counted where nobody has a seat: nothing; or not known, where members were first read after that moment
    case when first_looks.first_taken_at > windows.known_until then null else 0 end as nobody
  from seat_windows as windows
  join seat_evidence as evidence using (moment_id, org)
  join dim_org as orgs using (org)
  left join (
    select org, min(taken_at) as first_taken_at
    from ops.member_snapshots
    group by org
  ) as first_looks using (org)
  where windows.is_reported
),

counted as (
  select
    moment_id,
    org,
    count(*) as seats_assigned,
    count(*) filter (status = 'active') as active,
    count(*) filter (status = 'new') as new,
    count(*) filter (status = 'idle') as idle,
    count(*) filter (status = 'never_active') as never_active,
    count(*) filter (status = 'pending_invite') as pending_invite,
    count(*) filter (status = 'no_data') as no_data,
    count(*) filter (seat_type = 'guest') as guests,
    count(*) filter (seat_type <> 'invitee' and coalesce(len(teams), 0) = 0) as members_without_team,
    greatest(count(*) filter (is_owner) - 2, 0) as owners_beyond_two,
    count(*) filter (looks_like_service_account) as suggested_service_accounts,
    count(*) filter (recommendation in ('reclaim', 'cancel_invite')) as go_high,
    count(*) filter (recommendation = 'review' and status <> 'pending_invite' and confidence = 'medium') as go_medium,
    count(*) filter (recommendation = 'review' and status <> 'pending_invite' and confidence = 'low') as go_low,
    sum(saving_year) filter (status in ('idle', 'never_active') and confidence = 'high') as saving_year_high,
    sum(saving_year) filter (status in ('idle', 'never_active') and confidence = 'medium') as saving_year_medium,
    sum(saving_year) filter (status in ('idle', 'never_active') and confidence = 'low') as saving_year_low,
    sum(saving_year) filter (status = 'pending_invite') as saving_year_invites
  from seats
  group by moment_id, org
),

billed as (
  select
    moments.moment_id,
    moments.org,
    sum(case when facts.action = 'billing.plan.seat_remove' then facts.quantity else -facts.quantity end)::bigint as given_up
  from moments
  join fct_usage as facts
    on facts.org = moments.org
    and facts.action in ('billing.plan.seat_remove', 'billing.plan.seat_removal_cancel', 'billing.plan.seat_add')
    and facts.occurred_at > moments.as_of - interval 365 days
    and facts.occurred_at <= moments.known_until
  group by moments.moment_id, moments.org
),

configured as (
  select
    moments.moment_id,
    moments.org,
    arg_min(settings.seats_purchased, settings.set_at) - arg_max(settings.seats_purchased, settings.set_at) as given_up
  from moments
  join ops.license_settings as settings
    on settings.org = moments.org
    and settings.set_at > moments.as_of - interval 365 days
    and settings.set_at <= moments.known_until
  group by moments.moment_id, moments.org
),

removed as (
  select moments.moment_id, moments.org, count(distinct lower(facts.subject)) as given_up
  from moments
  join fct_usage as facts
    on facts.org = moments.org
    and facts.action = 'org.member.remove'
    and facts.occurred_at > moments.as_of - interval 365 days
    and facts.occurred_at <= moments.known_until
  anti join seats
    on seats.moment_id = moments.moment_id and seats.org = moments.org and seats.member_key = lower(facts.subject)
  group by moments.moment_id, moments.org
),

figures as (
  select
    moments.*,
    coalesce(counted.seats_assigned, moments.nobody) as seats_assigned,
    coalesce(counted.active, moments.nobody) as active,
    coalesce(counted.new, moments.nobody) as new,
    coalesce(counted.idle, moments.nobody) as idle,
    coalesce(counted.never_active, moments.nobody) as never_active,
    coalesce(counted.pending_invite, moments.nobody) as pending_invite,
    coalesce(counted.no_data, moments.nobody) as no_data,
    coalesce(counted.guests, moments.nobody) as guests,
    coalesce(counted.members_without_team, moments.nobody) as members_without_team,
    coalesce(counted.owners_beyond_two, moments.nobody) as owners_beyond_two,
    coalesce(counted.suggested_service_accounts, moments.nobody) as suggested_service_accounts,
    coalesce(counted.go_high, moments.nobody) as go_high,
    coalesce(counted.go_medium, moments.nobody) as go_medium,
    coalesce(counted.go_low, moments.nobody) as go_low,
    coalesce(counted.saving_year_high, moments.nobody * moments.price_per_seat_month) as saving_year_high,
    coalesce(counted.saving_year_medium, moments.nobody * moments.price_per_seat_month) as saving_year_medium,
    coalesce(counted.saving_year_low, moments.nobody * moments.price_per_seat_month) as saving_year_low,
    coalesce(counted.saving_year_invites, moments.nobody * moments.price_per_seat_month) as saving_year_invites,
    moments.price_per_seat_month * coalesce(moments.seats_purchased, counted.seats_assigned, moments.nobody) as cost_month,
    greatest(
      case
        when moments.seats_purchased is null then removed.given_up
        else greatest(billed.given_up, configured.given_up)
      end,
      0
    ) as seats_given_up
  from moments
  left join counted using (moment_id, org)
  left join billed using (moment_id, org)
  left join configured using (moment_id, org)
  left join removed using (moment_id, org)
),

final as (
  select
    moment_id,
    as_of,
    run_id,
    org,
    connection,
    plan,
    seats_purchased,
    seats_assigned,
    active,
    new,
    idle,
    never_active,
    pending_invite,
    no_data,
    case when seats_assigned is not null then greatest(seats_purchased - seats_assigned, 0 * seats_purchased) end
      as seats_spare,
    case when seats_assigned is not null then greatest(seats_assigned - seats_purchased, 0 * seats_purchased) end
      as seats_over_assigned,
    active / nullif(seats_assigned, 0) as utilization,
    price_per_seat_month,
    currency,
    cast(cost_month as decimal(18, 2)) as cost_month,
    cast(cost_month / nullif(active, 0) as decimal(18, 2)) as cost_per_active_seat,
    cast(12 * price_per_seat_month * seats_spare as decimal(18, 2)) as saving_year_spare,
    cast(saving_year_high as decimal(18, 2)) as saving_year_high,
    cast(saving_year_medium as decimal(18, 2)) as saving_year_medium,
    cast(saving_year_low as decimal(18, 2)) as saving_year_low,
    cast(saving_year_invites as decimal(18, 2)) as saving_year_invites,
    cast(12 * price_per_seat_month * seats_given_up as decimal(18, 2)) as saving_realized_year,
    observed_days,
    idle_after_days as threshold_days,
    guests,
    members_without_team,
    owners_beyond_two,
    suggested_service_accounts,
    seats_assigned - go_high as seats_at_renewal_high,
    seats_assigned - go_high - go_medium as seats_at_renewal_medium,
    seats_assigned - go_high - go_medium - go_low as seats_at_renewal_low
  from figures
  order by moment_id, org
)

select * from final
