-- one row per org, instant and seat, the instants of the history too: who held it then; an open invitation of somebody who has joined is no second seat
-- materialized: table
with instants as (
  select distinct org, as_of, known_until
  from seat_windows
),

held as (
  select
    periods.org,
    instants.as_of,
    instants.known_until,
    periods.member_key,
    periods.person,
    periods.username,
    periods.email,
    periods.is_joined,
    periods.valid_from
  from instants
  join member_periods as periods
    on periods.org = instants.org
    and periods.valid_from <= instants.known_until
    and (periods.valid_to is null or periods.valid_to > instants.known_until)
  qualify row_number() over (
    partition by periods.org, instants.as_of, instants.known_until, periods.member_key
    order by periods.is_joined desc, periods.valid_from desc
  ) = 1
),

names as (
  select org, as_of, known_until, member_key, is_joined, unnest([lower(username), lower(email)]) as name
  from held
),

joined_twice as (
  select distinct invited.org, invited.as_of, invited.known_until, invited.member_key
  from names as invited
  join names as joined
    on joined.org = invited.org
    and joined.as_of = invited.as_of
    and joined.known_until = invited.known_until
    and joined.name = invited.name
    and joined.is_joined
  where not invited.is_joined
),

final as (
  select held.*
  from held
  anti join joined_twice as twice
    on twice.org = held.org
    and twice.as_of = held.as_of
    and twice.known_until = held.known_until
    and twice.member_key = held.member_key
)

select * from final
