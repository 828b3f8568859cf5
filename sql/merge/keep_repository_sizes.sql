-- one row per org, repository and day: the day's last list in incoming_repositories or known
merge into ops.repository_sizes as known
using (
  select
    org,
    repository,
    cast(read_at as date) as listed_date,
    max(read_at) as listed_at,
    unnest(arg_max(struct_pack(storage_size, pull_count, raw_file), (read_at, raw_file, raw_row))),
  from incoming_repositories
  where reason is null
  group by org, repository, cast(read_at as date)
) as listed
on known.org = listed.org and known.repository = listed.repository and known.listed_date = listed.listed_date
when matched and (listed.listed_at, listed.raw_file) > (known.listed_at, known.raw_file) then update set
  storage_size = listed.storage_size,
  pull_count = listed.pull_count,
  listed_at = listed.listed_at,
  raw_file = listed.raw_file
when not matched then insert by name
