-- one row per member of the parsed snapshot with at least one Insights value
-- Docker's page on Insights: last login is the website's, last seen is Docker Desktop's; both refresh daily; absent for
-- everybody means that the organization has no Insights, null for one among others means never seen
select lower(coalesce(username, email)) as member_key, member_id, username, raw_row, last_logged_in_at, last_seen_at, desktop_version,
from incoming_members
where reason is null and (last_logged_in_at is not null or last_seen_at is not null or desktop_version is not null)
qualify row_number() over (partition by member_key order by raw_row) = 1
