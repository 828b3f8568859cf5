-- a seat holder has one current row at most, and a row is current exactly while it has no end
-- next: run docktally rebuild: it makes the members' history anew from the snapshots in the raw files
select
  'members_are_current_once' as check_name,
  format('{}: {} has {} current rows', org, member_key, count(*)) as detail
from dim_member
where is_current
group by org, member_key
having count(*) > 1

union all

select
  'members_are_current_once',
  format(
    '{}: {} from {} is current {} and ends {}',
    org,
    member_key,
    valid_from,
    is_current,
    coalesce(valid_to::varchar, 'never')
  )
from dim_member
where is_current <> (valid_to is null)
