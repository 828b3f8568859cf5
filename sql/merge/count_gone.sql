-- joined members that $org has, and those of them who are gone; a cancelled invitation is nobody gone
select
  (select count(*) from dim_member where is_current and org = $org and seat_type <> 'invitee') as current,
  (
    select count(*)
    from incoming_changes
    where was_seat_type <> 'invitee' and (change_type = 'left' or seat_type = 'invitee')
  ) as gone,
