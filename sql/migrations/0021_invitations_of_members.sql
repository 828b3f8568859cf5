-- how many who have joined still had an open invitation, which takes no second seat; null: an older docktally did not count them
alter table ops.member_snapshots add column invitations_of_members bigint;
