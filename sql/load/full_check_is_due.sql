-- whether the last time that all facts were checked is longer ago than so many days
select coalesce(max(checked_at) < $now::timestamp - to_days($days::integer), true) as is_due
from ops.full_checks
