-- one row per org and stream: when it was last read as a whole; a range that was asked for by hand does not count
select org, stream, max(case when stream = 'auditlog' then least(window_to, read_at) else read_at end)
from ops.loaded_files
where kind in ('window', 'unsettled', 'snapshot') and stream <> 'invites'
group by org, stream
order by org, stream
