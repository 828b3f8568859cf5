-- Who a period is of, settled once, when its snapshot is merged: the same person after a rename, another one where an
-- account of another id took a name over. Periods of before get what the marts told of them.
alter table dim_member add column person varchar;

update dim_member
set person = known.person
from (
  select distinct
    org,
    member_key,
    member_id,
    coalesce(member_id, max(member_id) over (partition by org, member_key), member_key) as person
  from dim_member
) as known
where known.org = dim_member.org
  and known.member_key = dim_member.member_key
  and known.member_id is not distinct from dim_member.member_id;
