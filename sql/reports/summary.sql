-- How many seats does each organization pay for, how many are used, and what would be saved?
-- one row per org
-- table: org, seats_purchased as bought, seats_assigned as seats, active, new, idle, never_active as never,
-- table: pending_invite as invited, no_data, cost_month as cost, saving_year_spare as y_spare, saving_year_high as y_high,
-- table: saving_year_medium as y_med, saving_year_low as y_low, saving_year_invites as y_inv, seats_at_renewal_high as buy
select *
from seat_summary
where moment_id = 0
order by org
