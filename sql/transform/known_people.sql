-- one row per org, username and person who had it, and when the name was theirs: (used_from, used_until]
-- who was renamed is still the same member, under the old name too; a name that another account took over was theirs until then
with named as (
  select
    org,
    lower(username) as actor,
    person,
    bool_or(seat_type <> 'invitee') as was_joined,
    bool_or(is_current) as is_current,
    max(coalesce(valid_to, timestamp 'infinity')) as last_used_at,
  from dim_member
  where username is not null
  group by all
),
owners as (
  -- who was only invited under a name did not use it while somebody else did
  select * from named
  qualify was_joined or not bool_or(was_joined) over (partition by org, actor)
)
select
  org,
  actor,
  case when heir.person is not null then 'member' when is_current then 'invitee' else 'former_member' end as kind,
  coalesce(lag(last_used_at) over taken, timestamp '-infinity') as used_from,
  case when lead(last_used_at) over taken is null then timestamp 'infinity' else last_used_at end as used_until,
from owners
left join (
  select distinct org, person from dim_member where is_current and seat_type <> 'invitee'
) as heir using (org, person)
window taken as (partition by org, actor order by last_used_at, owners.person)
