-- opens a period for everybody who is new or changed
insert into dim_member by name
select
  * exclude (was_key, was_seat_type),
  $read_at as valid_from,
  null::timestamp as valid_to,
  true as is_current,
  $run_id as run_id,
from incoming_changes
where change_type not in ('left', 'invite_detail')
order by member_key
