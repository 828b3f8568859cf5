-- one row per org, reported instant and seat with an Insights value: the newest that snapshots had shown by then
select
  names.seat_id,
  max(insights.last_logged_in_at) as last_login_at,
  max(insights.last_seen_at) as last_seen_at,
  arg_max(insights.desktop_version, insights.taken_at) as desktop_version
from seat_names as names
semi join (select * from seat_windows where is_reported) as reported using (instant_id)
join ops.member_insights as insights
  on insights.org = names.org
  and insights.member_key = names.username
  and insights.taken_at <= names.known_until
  and insights.taken_at > names.used_from
  and insights.taken_at <= names.used_until
group by names.seat_id
