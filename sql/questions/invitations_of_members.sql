-- one row per org where people who have joined still have an open invitation: how many, by the newest snapshot up to the moment of the report
select windows.org, arg_max(snapshots.invitations_of_members, snapshots.taken_at) as invitations
from seat_windows as windows
join ops.member_snapshots as snapshots on snapshots.org = windows.org
where windows.moment_id = 0 and snapshots.taken_at <= windows.known_until
group by windows.org
having arg_max(snapshots.invitations_of_members, snapshots.taken_at) > 0
order by windows.org
