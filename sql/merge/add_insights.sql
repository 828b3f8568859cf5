-- keeps the Insights values of a snapshot that differ from the last known ones of their member
insert into ops.member_insights by name
select
  $org as org,
  seen.member_key,
  $read_at as taken_at,
  seen.last_logged_in_at,
  seen.last_seen_at,
  seen.desktop_version,
from incoming_insights as seen
left join (
  select member_key, unnest(arg_max(struct_pack(last_logged_in_at, last_seen_at, desktop_version), taken_at))
  from ops.member_insights
  where org = $org
  group by member_key
) as known using (member_key)
where
  (seen.last_logged_in_at, seen.last_seen_at, seen.desktop_version)
  is distinct from (known.last_logged_in_at, known.last_seen_at, known.desktop_version)
order by member_key
