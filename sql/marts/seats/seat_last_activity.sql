-- one row per org, instant and seat with any fact by its holder: when the last one was, up to that instant
-- materialized: table
--
-- There are many instants here, those of the history too. So each name's facts and the instants at which it is looked up stand
-- in one line of time, and the last fact before each is carried along: sorted once, whatever their numbers. The last fact of
-- a day is enough, but for the few days in which an instant falls.
with looked_up as (
  select distinct org, username, least(known_until, used_until) as looked_at
  from seat_names
),

cut_days as (
  select distinct org, cast(looked_at as date) as cut_date
  from looked_up
  where looked_at < date_trunc('day', looked_at) + interval 1 day - interval 1 microsecond
),

facts as (
  select facts.org, facts.actor as username, max(facts.occurred_at) as happened_at
  from fct_usage as facts
  semi join looked_up on looked_up.org = facts.org and looked_up.username = facts.actor
  left join cut_days
    on cut_days.org = facts.org and cut_days.cut_date = cast(facts.occurred_at as date)
  where facts.actor_kind not in ('org_token', 'docker_support') -- nobody's seat
  group by
    facts.org,
    facts.actor,
    cast(facts.occurred_at as date),
    case when cut_days.cut_date is not null then facts.occurred_at end
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
