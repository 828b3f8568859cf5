-- one row per record of the batch: what tells whether it is new, and the reason where it cannot become a fact; no more, so that a
-- batch of half a million is small: the rest is parsed of those records that it is needed of (parsed_events)
with record as (
  select *, try(json_transform(payload, '{"event_id":"VARCHAR","account":"VARCHAR","action":"VARCHAR","timestamp":"VARCHAR"}')) as event,
  from incoming_payloads
),
timed as (
  select *, utc_time(event.timestamp) as occurred_at,
  from record
)
select
  row_id, file_number, file.org,
  text_or_null(event.account) as account,
  text_or_null(event.action) as source_action,
  occurred_at,
  text_or_null(event.event_id) as event_id,
  -- Docker's OpenAPI document requires no field; no event is older than Docker Hub, and none lies more than a day ahead of the run
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
join incoming_files as file on file.number = timed.file_number
