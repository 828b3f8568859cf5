-- one row per row of $contents (the text of a query with `key, beside, data` and whatever else is to be kept), with its `hash`;
-- where `data` is a tree, no hash yet but the `portion` that deep_hashes takes it in: some 1 MB of JSON text, and 200 bytes a record
with entered as (
  select *, map_entries(from_json(data, '"MAP(VARCHAR, JSON)"')) as entries from query($contents)
),
hashed as (
  select
    * exclude (beside, data, entries),
    content_hash(beside, flat_canonical(entries)) as hash,
    case when is_deep(entries, data) then strlen(data) + 200 end as deep_bytes,
  from entered
)
select * exclude (deep_bytes), null::bigint as portion from hashed where deep_bytes is null
union all
select * exclude (deep_bytes) replace (null as hash), (sum(deep_bytes) over (order by key rows unbounded preceding) // 1_000_000)::bigint
from hashed where deep_bytes is not null
