-- one row per org, instant and seat with any fact by its holder: when the last one was, up to that instant
-- materialized: table
--
-- There are many instants here, those of the history too. So each name's facts and the instants at which it is looked up stand
-- in one line of time, and the last fact before each is carried along: sorted once, whatever their numbers. The last fact of
-- a day is enough, but for the few days whose facts an instant divides.
with looked_up as (
  select distinct org, username, least(known_until, used_until) as looked_at
  from seat_names
),

named_days as (
  select days.org, days.actor as username, days.activity_date, days.first_at, days.last_at
  from actor_day as days
  semi join looked_up on looked_up.org = days.org and looked_up.username = days.actor
  where days.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
),

divided_days as materialized (
  select distinct days.org, days.username, days.activity_date, days.first_at, days.last_at
  from named_days as days
  join looked_up
    on looked_up.org = days.org
    and looked_up.username = days.username
    and cast(looked_up.looked_at as date) = days.activity_date
  where days.first_at <= looked_up.looked_at and looked_up.looked_at < days.last_at
),

first_looks as (
  select org, username, min(cast(looked_at as date)) as first_date
  from looked_up
  group by org, username
),

-- of the days before a name is looked up for the first time, the last one is enough
facts as (
  select days.org, days.username, max(days.last_at) as happened_at
  from named_days as days
  join first_looks on first_looks.org = days.org and first_looks.username = days.username
  anti join divided_days as divided
    on divided.org = days.org and divided.username = days.username and divided.activity_date = days.activity_date
  group by days.org, days.username, greatest(days.activity_date, first_looks.first_date - 1)

  union all

  select facts.org, facts.actor, facts.occurred_at
  from fct_usage as facts
  join divided_days as divided
    on divided.org = facts.org
    and divided.username = facts.actor
    and divided.activity_date = cast(facts.occurred_at as date)
    and divided.first_at <= facts.occurred_at -- so that the engine passes over all others
    and divided.last_at >= facts.occurred_at
),

line_of_time as (
  select org, username, happened_at as stands_at, happened_at, false as is_looked_up from facts
  union all
  select org, username, looked_at, null, true from looked_up
),

carried as (
  select
    org,
    username,
    stands_at,
    is_looked_up,
    max(happened_at) over (
      partition by org, username order by stands_at, is_looked_up rows between unbounded preceding and current row
    ) as last_at
  from line_of_time
),

final as (
  select
    names.seat_id,
    any_value(names.org) as org,
    any_value(names.as_of) as as_of,
    any_value(names.known_until) as known_until,
    any_value(names.member_key) as member_key,
    max(carried.last_at) as last_activity_at
  from seat_names as names
  join carried
    on carried.org = names.org
    and carried.username = names.username
    and carried.stands_at = least(names.known_until, names.used_until)
  where carried.is_looked_up and carried.last_at > names.used_from
  group by names.seat_id
)

select * from final
