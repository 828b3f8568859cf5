-- one row per record of the batch whose identity a fact between $from and $to has: only the batch's own time is compared, so that
-- merging a night costs the same on a year of history as on a week
select fresh.row_id
from incoming_identified as fresh
semi join (
  select org, fact_id from fct_usage where occurred_at between $from and $to
) as known on known.fact_id = fresh.fact_id and known.org = fresh.org
