-- Which paid seats are used, which are not, how that is known and what to do about each?
-- one row per seat, the most worth doing first
select *
from seats
where moment_id = 0
order by
  org,
  list_position(['reclaim', 'cancel_invite', 'review', 'collect', 'keep'], recommendation),
  days_since_activity desc nulls first,
  coalesce(username, email)
