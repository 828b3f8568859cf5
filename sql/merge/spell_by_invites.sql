-- the organization is spelled as its open invitations in $path spell it; the audit log's spelling goes before
update ops.organizations
set org = invites.org, spelled_by = 'invites', spelled_at = $read_at
from (
  select min(try(json_transform(payload, '{"org":"VARCHAR"}')).org) as org
  from read_parquet($path, hive_partitioning = false)
  where lower(try(json_transform(payload, '{"org":"VARCHAR"}')).org) = lower($org::varchar)
) as invites
where
  invites.org is not null
  and org_key = lower($org::varchar)
  and (spelled_by = 'configuration' or (spelled_by = 'invites' and spelled_at <= $read_at))
