-- the rules that made the facts; none where the first version did
select facts_version, rules_version
from ops.rules
order by set_at desc, rowid desc
limit 1
