-- what a parsed snapshot of the members has
select
  (select count(*)::int from incoming_changes) as changes,
  (select count(*)::int from incoming_insights) as insights,
  (select count(*)::int from incoming_members where reason is not null) as rejected_members,
  (select count(*)::int from incoming_invites where reason is not null) as rejected_invites,
