-- a row where an earlier run could not merge the raw file $file
select 1
from ops.warnings
where kind = 'unmerged_raw_file' and contains(message, $file::varchar)
limit 1
