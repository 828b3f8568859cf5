-- one row per org and person of the operator's own people file; a report that heeds another file has a temp table of this name
select * from ops.people
