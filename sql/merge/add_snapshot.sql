-- notes a merged snapshot of the members of $org, with what it could show
insert into ops.member_snapshots by name
select
  $org as org,
  $read_at as taken_at,
  (select count(*) from incoming_people where seat_type <> 'invitee') as members,
  (select count(*) from incoming_people where seat_type = 'invitee') as invitees,
  (select count(*) from incoming_insights) as insights_members,
  (select count(*) from incoming_people where email is not null) as emails,
  (
    select count(distinct joined.member_key)
    from (
      select member_key, unnest([lower(username), lower(email)]) as name from incoming_people where seat_type <> 'invitee'
    ) as joined
    join (
      select unnest([lower(username), lower(email)]) as name
      from (
        select username, email from incoming_members where reason is null and lower(role) = 'invitee'
        union all
        select username, email from incoming_invites where reason is null
      )
    ) as invited on invited.name = joined.name
  ) as invitations_of_members,
  $run_id as run_id,
  $raw_file as raw_file,
