-- one row per row of $contents that is in the $portion of $flat (the name of the table that flat_hashes made), with its `hash`
-- the engine keeps the whole walk over the trees in memory, some kilobytes a record: hence portions
with deep as not materialized (
  select * from query($contents) semi join (select key from query_table($flat) where portion = $portion) as named using (key)
),
walked as (
  select deep.key,
    string_agg(leaf.fullkey || chr(30) || leaf.type || chr(30) || coalesce(leaf.atom::varchar, ''), chr(29) order by leaf.fullkey, leaf.id desc) as canonical,
  from deep, json_tree(deep.data) as leaf
  group by deep.key
)
select key, content_hash(beside, canonical) as hash from deep join walked using (key)
