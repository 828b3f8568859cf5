-- in the table's own order of columns
create or replace temp table incoming_decisions as
select * exclude (ended_at) from ops.decisions limit 0
