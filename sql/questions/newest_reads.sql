-- one row per org and stream: when it was last read as a whole; of what is told by day, until when; a range that was asked for by hand does not count
select org, stream, max(case when stream in ('auditlog', 'pulls') then least(window_to, read_at) else read_at end)
from ops.loaded_files
where kind in ('window', 'unsettled', 'snapshot', 'report') and stream not in ('invites', 'usage_export')
group by org, stream
order by org, stream
