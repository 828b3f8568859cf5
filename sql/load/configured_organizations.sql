-- one row per org that was configured until now, which are all where nothing says so
select org
from ops.organizations
where
  org_key in (select lower(org) from ops.connections)
  or not exists (from ops.connections)
order by org
