-- one row per org and team: what is newer in incoming_groups takes the place of what is known
merge into ops.listed_teams as known
using (
  select
    org,
    team,
    min(read_at) as first_listed_at,
    max(read_at) as last_listed_at,
    unnest(arg_max(struct_pack(description, member_count, raw_file), (read_at, raw_file, raw_row))),
  from incoming_groups
  where reason is null
  group by org, team
) as listed
on known.org = listed.org and known.team = listed.team
when matched and (listed.last_listed_at, listed.raw_file) > (known.last_listed_at, known.raw_file) then update set
  description = listed.description,
  member_count = listed.member_count,
  first_listed_at = least(known.first_listed_at, listed.first_listed_at),
  last_listed_at = listed.last_listed_at,
  raw_file = listed.raw_file
when matched and listed.first_listed_at < known.first_listed_at then update set
  first_listed_at = listed.first_listed_at
when not matched then insert by name
