-- one row per org and threshold that was asked for beside the report's, as a terminal shows it
select
  org,
  threshold_days as days,
  seats_assigned as seats,
  active,
  new,
  idle,
  never_active as never,
  pending_invite as invited,
  no_data,
  saving_year_high as y_high,
  saving_year_medium as y_med,
  saving_year_low as y_low,
  saving_year_invites as y_inv
from seat_summary
where moment_id > 0
order by org, moment_id
