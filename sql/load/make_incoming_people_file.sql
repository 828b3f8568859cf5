-- in the table's own order of columns
create or replace temp table incoming_people_file as
select * from ops.people limit 0
