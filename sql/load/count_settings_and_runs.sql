-- what a warehouse knows that no raw file tells
select (select count(*) from ops.license_settings) + (select count(*) from ops.runs) as n
