-- the newest snapshot of $org that was merged, and whether it is older than $read_at
select raw_file, taken_at < $read_at as is_before
from ops.member_snapshots
where org = $org
order by taken_at desc
limit 1
