-- one row per org, instant, seat and username that its holder had by then; facts of a name are theirs within
-- (used_from, used_until]: a former name is theirs for good unless somebody else took it over, whether they still hold a
-- seat or not
-- materialized: table
with instants as (
  select distinct instant_id, org, as_of, known_until from seat_holders
),

names as (
  select
    instants.instant_id,
    instants.org,
    instants.as_of,
    instants.known_until,
    periods.person,
    lower(periods.username) as username,
    bool_or(periods.is_joined) as is_joined,
    max(coalesce(periods.valid_to, timestamp 'infinity')) as last_used_at
  from instants
  join member_periods as periods on periods.org = instants.org and periods.valid_from <= instants.known_until
  where periods.username is not null
  group by all
),

owned as (
  select
    names.* replace (
      case
        when names.username = lower(holders.username) then timestamp 'infinity'
        else names.last_used_at
      end as last_used_at
    ),
    holders.seat_id,
    holders.member_key
  from names
  left join seat_holders as holders
    on holders.instant_id = names.instant_id and holders.person = names.person
  -- who was only invited under a name has not used it
  where names.is_joined or holders.seat_id is not null
),

final as (
  select
    seat_id,
    instant_id,
    org,
    as_of,
    known_until,
    member_key,
    username,
    coalesce(lag(last_used_at) over taken, timestamp '-infinity') as used_from,
    case when lead(last_used_at) over taken is null then timestamp 'infinity' else last_used_at end as used_until
  from owned
  window taken as (partition by instant_id, username order by last_used_at, member_key nulls first, person)
)

select * from final
where seat_id is not null
