-- the decisions of the organizations whose settings came in, and of the others those that stand
create temp table standing_decisions as
select kept.* exclude (ended_at)
from ops.decisions as kept
anti join incoming_license as incoming on incoming.org = kept.org
where kept.ended_at is null

union all by name

select * from incoming_decisions
