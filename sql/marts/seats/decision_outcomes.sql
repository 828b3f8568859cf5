-- one row per org and decision on a seat, as of moment 0: those that stand, and those to remove that were done before they left the
-- file, for a year; of people who never had a seat there is none. outcome: removed (no seat now), came_back (had none in between), still_there
--
-- saving_realized_year: a year's price of a seat that was to be removed and is gone; never more than once for a seat.
with asked as (
  select row_number() over () as number, *
  from (
    select *, null::timestamp as ended_at from standing_decisions
    union all by name
    from ops.decisions where ended_at is not null and decision = 'remove'
  )
),

moments as (
  select org, instant_id, as_of, known_until, price_per_seat_month, currency
  from seat_windows
  where moment_id = 0
),

-- who is or was called as the file says; somebody who comes back may be another person to Docker Hub
people as (
  select distinct asked.number, periods.org, periods.person
  from asked
  join member_periods as periods
    on periods.org = asked.org and (lower(periods.username) = asked.username or lower(periods.email) = asked.email)
),

periods as (
  select people.number, periods.org, people.person, periods.valid_from, coalesce(periods.valid_to, timestamp 'infinity') as valid_to
  from people
  join member_periods as periods on periods.org = people.org and periods.person = people.person
  join moments on moments.org = people.org and periods.valid_from <= moments.known_until
),

-- is_first: nothing was there before; follows: another period was there until this one, or longer
chained as (
  select
    *,
    row_number() over begun = 1 as is_first,
    coalesce(
      max(valid_to) over (
        partition by number order by valid_from range between unbounded preceding and interval 1 microsecond preceding
      ) >= valid_from,
      false
    ) as follows
  from periods
  window begun as (partition by number order by valid_from)
),

histories as (
  select
    number,
    org,
    min(person) as person,
    max(valid_to) as left_at,
    max(valid_from) filter (not is_first and not follows) as back_at
  from chained
  group by number, org
),

held as (
  select distinct people.number
  from people
  join moments on moments.org = people.org
  join seat_holders as holders
    on holders.instant_id = moments.instant_id and holders.org = people.org and holders.person = people.person
),

judged as (
  select
    asked.* exclude (number),
    moments.as_of,
    moments.price_per_seat_month,
    moments.currency,
    histories.person,
    histories.left_at,
    case
      when held.number is null then 'removed'
      when histories.back_at > asked.set_at then 'came_back'
      else 'still_there'
    end as outcome
  from asked
  join histories using (number, org)
  join moments using (org)
  left join held using (number)
),

final as (
  select
    org,
    username,
    email,
    decision,
    decision_by,
    decision_until,
    decision_note,
    set_at,
    ended_at,
    outcome,
    cast(
      case when decision = 'remove' and outcome = 'removed' and left_at > set_at - interval 365 days then 12 else 0 end
      * price_per_seat_month
      as decimal(18, 2)
    ) as saving_realized_year,
    currency
  from judged
  where ended_at is null
    or (outcome = 'came_back' and set_at > as_of - interval 365 days)
    or (outcome = 'removed' and left_at <= ended_at and left_at > as_of - interval 365 days)
  qualify row_number() over (
    partition by org, person
    order by ended_at desc nulls first, set_at desc, username nulls last, email
  ) = 1
  order by org, coalesce(username, email)
)

select * from final
