-- one row per org and repository: what is newer in incoming_repositories takes the place of what is known
merge into ops.listed_repositories as known
using (
  select
    org,
    repository,
    min(read_at) as first_listed_at,
    max(read_at) as last_listed_at,
    unnest(arg_max(struct_pack(is_private, storage_size, pull_count, last_updated_at, raw_file), (read_at, raw_file, raw_row))),
  from incoming_repositories
  where reason is null
  group by org, repository
) as listed
on known.org = listed.org and known.repository = listed.repository
when matched and (listed.last_listed_at, listed.raw_file) > (known.last_listed_at, known.raw_file) then update set
  is_private = listed.is_private,
  storage_size = listed.storage_size,
  pull_count = listed.pull_count,
  last_updated_at = listed.last_updated_at,
  first_listed_at = least(known.first_listed_at, listed.first_listed_at),
  last_listed_at = listed.last_listed_at,
  raw_file = listed.raw_file
when matched and listed.first_listed_at < known.first_listed_at then update set
  first_listed_at = listed.first_listed_at
when not matched then insert by name
