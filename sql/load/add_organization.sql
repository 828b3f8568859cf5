-- an organization that has no name in the warehouse gets that of its first file
insert into ops.organizations by name
select
  lower($org::varchar) as org_key,
  $org as org,
  $org as first_org,
  'configuration' as spelled_by,
  $read_at as spelled_at,
where not exists (
  select 1 from ops.organizations
  where org_key = lower($org::varchar)
)
