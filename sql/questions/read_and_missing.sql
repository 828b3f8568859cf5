-- one row per org, stream and window that was read, and per stretch that was not
select org, stream, window_from as "from", window_to as "to", assured, case when assured then 'read to its end' else 'read, but the source may have forgotten it' end as note
from ops.coverage
union all
select org, stream, gap_from, gap_to, false, case when lost then 'lost: the source no longer holds it' else 'not collected' || coalesce('; lost on ' || lost_on, '') end
from ops.gaps
order by 1, 2, 3
