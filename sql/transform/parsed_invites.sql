-- one row per open invitation of a raw file, with the reason where it names nobody; $path is one list's raw file
-- `invitee` is a Docker ID or an e-mail address
with record as (
  select
    file_row_number as raw_row, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, '{"inviter_username":"JSON","invitee":"JSON","team":"JSON","role":"JSON","created_at":"JSON"}')) as fields,
  from read_parquet($path, file_row_number = true, hive_partitioning = false)
),
texts as (
  select
    raw_row, payload, json_kind, fields,
    json_text(fields.inviter_username) as inviter,
    json_text(fields.invitee) as invitee,
    json_text(fields.team) as team,
    json_text(fields.role) as role,
    json_text(fields.created_at) as created_at,
  from record
)
select
  raw_row,
  case when not contains(invitee, '@') then invitee end as username,
  case when contains(invitee, '@') then invitee end as email,
  team, role, inviter,
  utc_time(created_at) as invited_at,
  reject_reason(json_kind, fields, invitee, 'missing_identity') as reason,
  payload,
from texts
