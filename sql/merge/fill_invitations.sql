-- what an invitation is only now known by is filled in: no new period
update dim_member as invited
set invited_at = changed.invited_at, inviter = changed.inviter, teams = changed.teams
from incoming_changes as changed
where
  changed.change_type = 'invite_detail'
  and invited.org = $org
  and invited.is_current
  and invited.member_key = changed.was_key
