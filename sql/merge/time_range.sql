-- from when to when a batch has facts; nulls where it has none
select min(occurred_at) as "from", max(occurred_at) as "to"
from incoming_identified
