-- one row per org, instant, seat and username that its holder had by then; facts of a name are theirs within
-- (used_from, used_until]: a former name is theirs for good unless another seat's holder took it over
-- materialized: table
-- after: seat_holders, member_periods
with names as (
  select
    holders.org,
    holders.as_of,
    holders.known_until,
    holders.member_key,
    lower(periods.username) as username,
    max(
      case
        when lower(periods.username) = lower(holders.username) then timestamp 'infinity'
        else coalesce(periods.valid_to, timestamp 'infinity')
      end
    ) as last_used_at
  from seat_holders as holders
  join member_periods as periods
    on periods.org = holders.org and periods.person = holders.person and periods.valid_from <= holders.known_until
  where periods.username is not null
  group by all
),

final as (
  select
    org,
    as_of,
    known_until,
    member_key,
    username,
    coalesce(lag(last_used_at) over taken, timestamp '-infinity') as used_from,
    case when lead(last_used_at) over taken is null then timestamp 'infinity' else last_used_at end as used_until
  from names
  window taken as (partition by org, as_of, known_until, username order by last_used_at, member_key)
)

select * from final
