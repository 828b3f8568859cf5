-- How many seats does each organization pay for, how many are used, and what would be saved?
-- one row per org
-- table: org, seats_purchased as bought, seats_assigned as assigned, active, new, idle, never_active as never,
-- table: pending_invite as invites, no_data, cost_month, saving_year_high as save_high, saving_year_medium as save_med,
-- table: saving_year_low as save_low, saving_year_invites as save_inv
select *
from seat_summary
order by org
