-- ends the periods of those who changed or are gone
update dim_member
set valid_to = $read_at, is_current = false
where
  org = $org
  and is_current
  and member_key in (select was_key from incoming_changes where was_key is not null and change_type <> 'invite_detail')
