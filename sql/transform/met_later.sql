-- one row per known fact whose id fresh records bring again: it lies outside the batch's own time, and of the whole history ids alone are read
select known.rowid as row
from fct_usage as known
join (select org, fact_id from incoming_fresh where has_event_id) as fresh on fresh.fact_id = known.fact_id and fresh.org = known.org
