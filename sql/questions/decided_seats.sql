-- one row per org and decision on a seat: what became of it
select org, username, email, decision, outcome, saving_realized_year
from decision_outcomes
order by org, coalesce(username, email)
