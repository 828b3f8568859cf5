-- one row per org in which $1, a username or e-mail in lower case, has a seat: the seat and the instants it is judged by
select seats.*, windows.active_after, windows.grace_after, windows.known_until, windows.grace_days, windows.invite_after_days
from seats
join seat_windows as windows using (moment_id, org)
where moment_id = 0 and (
  $1 in (seats.member_key, lower(seats.username), lower(seats.email))
  or (seats.org, seats.member_key) in (
    select (org, member_key) from seat_names where username = $1 and as_of = seats.as_of
  )
)
order by seats.org
