-- one row per seat holder and period of dim_member, with the person behind it (the same one after a rename) and whether the
-- snapshot that opened the period was the first to show them as joined
with people as (
  select
    *,
    seat_type <> 'invitee' as is_joined
  from dim_member
),

first_look as (
  select org, min(looked_at) as looked_at
  from (
    select org, taken_at as looked_at from ops.member_snapshots
    union all
    select org, valid_from from dim_member
  )
  group by org
),

joined as (
  select
    people.*,
    people.valid_from > first_look.looked_at
    and coalesce(
      lag(people.valid_to) over (partition by people.org, people.person order by people.valid_from) < people.valid_from,
      lag(people.valid_from) over (partition by people.org, people.person order by people.valid_from) is null
    ) as appears_joined
  from people
  join first_look on first_look.org = people.org
  where people.is_joined
),

final as (
  select * from joined
  union all
  select *, false from people where not is_joined
)

select * from final
