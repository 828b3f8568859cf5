-- one row per record of the raw audit files in incoming_files, with the reason where it cannot become a fact; $paths are their paths
-- a view (incoming_records): what a batch keeps of it is narrow, and the rest is parsed again by who needs it
-- timestamps come in seconds or fractions and in any offset, and are kept as UTC; Docker's OpenAPI document requires no field
with record as (
  select
    filename, file_row_number as raw_row, payload,
    try(json_transform(payload, '{"event_id":"VARCHAR","account":"VARCHAR","action":"VARCHAR","name":"VARCHAR","actor":"VARCHAR","data":"JSON","timestamp":"VARCHAR","action_description":"VARCHAR"}')) as event,
  from read_parquet($paths, filename = true, file_row_number = true, hive_partitioning = false)
),
timed as (
  select *, utc_time(event.timestamp) as occurred_at,
  from record
)
select
  (file.number::bigint << 32) + raw_row as row_id,
  file.number as file_number,
  raw_row,
  file.org,
  file.first_org as hash_org,
  file.run_id,
  file.read_at,
  text_or_null(event.account) as account,
  text_or_null(event.action) as source_action,
  text_or_null(event.name) as name,
  text_or_null(event.actor) as source_actor,
  occurred_at,
  case when json_type(event.data) <> 'NULL' then event.data end as data,
  event.action_description as description,
  text_or_null(event.event_id) as event_id,
  -- no event is older than Docker Hub, and none lies more than a day ahead of the run that read it
  case
    when event is null then 'malformed_json'
    when text_or_null(event.action) is null and json_type(payload) <> 'OBJECT' then 'not_an_object'
    when text_or_null(event.action) is null then 'missing_action'
    when text_or_null(event.timestamp) is null then 'missing_timestamp'
    when occurred_at is null then 'unreadable_timestamp'
    when occurred_at < timestamp '2013-01-01' then 'implausible_timestamp'
    when occurred_at > file.read_at + interval 1 day then 'timestamp_in_the_future'
  end as reason,
  case when reason is not null then payload end as payload,
from timed
join incoming_files as file on timed.filename = file.path
