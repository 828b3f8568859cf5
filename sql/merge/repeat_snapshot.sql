-- notes a snapshot that repeats the one of the file $repeated
insert into ops.member_snapshots by name
select * replace ($read_at as taken_at, $run_id as run_id, $raw_file as raw_file)
from ops.member_snapshots
where org = $org and raw_file = $repeated
