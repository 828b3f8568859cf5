-- one row per member, team and period in which they were in it; who left and came back has two, who was renamed has one
with periods as (
  select
    org,
    coalesce(person, member_key) as person,
    coalesce(username, email) as username,
    unnest(teams) as team,
    valid_from,
    valid_to
  from dim_member
  where seat_type <> 'invitee'
),

marked as (
  select
    *,
    coalesce(lag(valid_to) over in_team < valid_from, lag(valid_from) over in_team is null) as begins
  from periods
  window in_team as (partition by org, person, team order by valid_from)
),

numbered as (
  select *, count(*) filter (begins) over (partition by org, person, team order by valid_from) as nth
  from marked
),

final as (
  select
    org,
    team,
    arg_max(username, valid_from) as username,
    min(valid_from) as valid_from,
    case when bool_and(valid_to is not null) then max(valid_to) end as valid_to,
    bool_or(valid_to is null) as is_current
  from numbered
  group by org, person, team, nth
)

select * from final
