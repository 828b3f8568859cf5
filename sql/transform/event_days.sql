-- one row per raw file of the batch and day with an event, known before or not: on these stands what is assured of the log
select
  file.name as raw_file, incoming.org, file.read_at, cast(occurred_at as date) as event_date,
  min(occurred_at) as first_event_at, count(*) as events
from incoming
join incoming_files as file on file.number = incoming.file_number
where reason is null
group by all
