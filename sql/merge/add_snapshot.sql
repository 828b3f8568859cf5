-- notes a merged snapshot of the members of $org, with what it could show
insert into ops.member_snapshots by name
select
  $org as org,
  $read_at as taken_at,
  (select count(*) from incoming_people where seat_type <> 'invitee') as members,
  (select count(*) from incoming_people where seat_type = 'invitee') as invitees,
  (select count(*) from incoming_insights) as insights_members,
  (select count(*) from incoming_people where email is not null) as emails,
  $run_id as run_id,
  $raw_file as raw_file,
