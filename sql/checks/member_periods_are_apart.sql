-- the periods of a seat holder begin before they end and never overlap
-- next: run docktally rebuild: it makes the members' history anew from the snapshots in the raw files
with periods as (
  select
    *,
    lead(valid_from) over (partition by org, member_key order by valid_from, valid_to nulls last) as next_from
  from dim_member
)

select
  'member_periods_are_apart' as check_name,
  format(
    '{}: {} from {} to {}, the next from {}',
    org,
    member_key,
    valid_from,
    coalesce(valid_to::varchar, 'now'),
    coalesce(next_from::varchar, 'never')
  ) as detail
from periods
where valid_to <= valid_from or next_from < coalesce(valid_to, timestamp 'infinity')
