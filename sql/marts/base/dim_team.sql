-- one row per org and team that was ever listed, or that only members' groups name; what has gone stays, not current
with newest as (
  select org, max(read_at) as read_at
  from ops.loaded_files
  where stream = 'groups' and kind = 'snapshot'
  group by org
),

named as (
  select org, unnest(teams) as team, is_current
  from dim_member
  where seat_type <> 'invitee'
),

unlisted as (
  select
    named.org,
    named.team,
    count(*) filter (named.is_current) as member_count,
    bool_or(named.is_current) as is_current
  from named
  anti join ops.listed_teams as listed on listed.org = named.org and lower(listed.team) = lower(named.team)
  group by named.org, named.team
),

final as (
  select
    listed.org,
    listed.team,
    listed.description,
    listed.member_count,
    coalesce(listed.last_listed_at = newest.read_at, false) as is_current,
    listed.first_listed_at,
    listed.last_listed_at
  from ops.listed_teams as listed
  left join newest on newest.org = listed.org

  union all

  select org, team, null, member_count, is_current, null, null
  from unlisted
)

select * from final
