-- one row per org and token: what is newer in incoming_tokens takes the place of what is known
merge into ops.listed_tokens as known
using (
  select
    org,
    token_id,
    min(read_at) as first_listed_at,
    max(read_at) as last_listed_at,
    unnest(arg_max(struct_pack(label, created_by, is_active, created_at, expires_at, last_used_at, raw_file), (read_at, raw_file, raw_row))),
  from incoming_tokens
  where reason is null
  group by org, token_id
) as listed
on known.org = listed.org and known.token_id = listed.token_id
when matched and (listed.last_listed_at, listed.raw_file) > (known.last_listed_at, known.raw_file) then update set
  label = listed.label,
  created_by = listed.created_by,
  is_active = listed.is_active,
  created_at = listed.created_at,
  expires_at = listed.expires_at,
  last_used_at = listed.last_used_at,
  first_listed_at = least(known.first_listed_at, listed.first_listed_at),
  last_listed_at = listed.last_listed_at,
  raw_file = listed.raw_file
when matched and listed.first_listed_at < known.first_listed_at then update set
  first_listed_at = listed.first_listed_at
when not matched then insert by name
