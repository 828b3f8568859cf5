-- the spellings of $org
select org, first_org as "firstOrg"
from ops.organizations
where org_key = lower($org::varchar)
