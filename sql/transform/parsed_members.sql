-- one row per member of a raw file, with the reason where it cannot be a person; $path is one snapshot's raw file
-- Docker's OpenAPI document requires no field, and Insights fields come only where Insights is on
with record as (
  select
    file_row_number as raw_row, window_to as read_at, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"id":"JSON","username":"JSON","full_name":"JSON","email":"JSON","primary_email":"JSON","role":"JSON","groups":"JSON","is_guest":"JSON","company":"JSON","location":"JSON","date_joined":"JSON","last_logged_in_at":"JSON","last_seen_at":"JSON","last_desktop_version":"JSON"}')) as fields,
  from read_parquet($path, file_row_number = true, hive_partitioning = false)
),
texts as (
  select
    raw_row, read_at, payload, json_kind, fields,
    json_text(fields.id) as member_id,
    json_text(fields.username) as username,
    coalesce(json_text(fields.email), json_text(fields.primary_email)) as email,
    json_text(fields.full_name) as full_name,
    json_text(fields.role) as role,
    json_text(fields.groups) as only_team,
    json_text(fields.is_guest) as guest,
    json_text(fields.company) as company,
    json_text(fields.location) as location,
    json_text(fields.date_joined) as date_joined,
    utc_time(json_text(fields.last_logged_in_at)) as logged_in_at,
    utc_time(json_text(fields.last_seen_at)) as seen_at,
    json_text(fields.last_desktop_version) as desktop_version,
  from record
)
select
  raw_row, member_id, username, email, full_name, role,
  case json_type(fields.groups)
    when 'ARRAY' then list_sort(list_distinct(list_filter(
      list_transform(
        json_transform(fields.groups, '["JSON"]'),
        lambda team: case when json_type(team) = 'OBJECT' then team ->> '$.name' else json_text(team) end),
      lambda team: team is not null)))
    else list_filter([only_team], lambda team: team is not null)
  end as teams,
  coalesce(lower(guest) = 'true', false) as is_guest,
  company, location,
  utc_time(date_joined) as account_created_at,
  case when logged_in_at between timestamp '2013-01-01' and read_at + interval 1 day then logged_in_at end as last_logged_in_at,
  case when seen_at between timestamp '2013-01-01' and read_at + interval 1 day then seen_at end as last_seen_at,
  desktop_version,
  reject_reason(json_kind, fields, coalesce(username, email), 'missing_identity') as reason,
  payload,
from texts
