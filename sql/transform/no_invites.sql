-- no row, with the columns of parsed_invites: the list of invitations was not read
select null::bigint as raw_row, null::varchar as username, null::varchar as email, null::varchar as team,
  null::varchar as role, null::varchar as inviter, null::timestamp as invited_at, null::varchar as reason,
  null::varchar as payload
where false
