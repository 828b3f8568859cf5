-- Which paid seats are used, which are not, how that is known and what to do about each?
-- one row per seat, the most worth doing first
-- table: org, coalesce(username, email) as seat, seat_type as type, status, cast(last_activity_at as date) as last_active,
-- table: days_since_activity as days, confidence as conf, protected_reason as protected, recommendation as todo
select *
from seats
where moment_id = 0
order by
  org,
  list_position(['reclaim', 'cancel_invite', 'review', 'collect', 'keep'], recommendation),
  days_since_activity desc nulls first,
  coalesce(username, email)
