-- one row per org, instant and seat, the instants of the history too: who held it then; an open invitation of somebody who has joined is no second seat
-- seat_id is that seat at that instant, for the marts after this one; it is another number each time the marts are made
-- materialized: table
with instants as (
  select distinct instant_id, org, as_of, known_until
  from seat_windows
),

held as (
  select
    instants.instant_id,
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
    partition by instants.instant_id, periods.member_key
    order by periods.is_joined desc, periods.valid_from desc
  ) = 1
),

names as (
  select instant_id, member_key, is_joined, unnest([lower(username), lower(email)]) as name
  from held
),

joined_twice as (
  select distinct invited.instant_id, invited.member_key
  from names as invited
  join names as joined
    on joined.instant_id = invited.instant_id
    and joined.name = invited.name
    and joined.is_joined
  where not invited.is_joined
),

final as (
  select row_number() over () as seat_id, held.*
  from held
  anti join joined_twice as twice
    on twice.instant_id = held.instant_id and twice.member_key = held.member_key
)

select * from final
