-- in the table's own order of columns, which is what "intersect" compares by
create or replace temp table incoming_license as
select * from ops.license_settings limit 0
