-- one row per other issue of a day's pull report that was merged: whether it is a newer one than $raw_file, read at $read_at
select raw_file, (read_at, raw_file) > ($read_at::timestamp, $raw_file::varchar) as is_newer
from ops.loaded_files
where org = $org and stream = 'pulls' and kind = 'report' and window_from = $window_from::timestamp
