-- keeps the license settings of $org where they differ from the last ones
insert into ops.license_settings by name
select * from incoming_license
where not exists (
  select * exclude (set_at) from incoming_license
  intersect
  select * exclude (set_at)
  from (
    select * from ops.license_settings
    where org = $org
    order by set_at desc, rowid desc
    limit 1
  )
)
