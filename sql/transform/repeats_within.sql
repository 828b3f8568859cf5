-- one row: how many records of the batch repeat an event_id of the batch
select (select count(*) from incoming where event_id is not null and reason is null)
  - (select count(*) from incoming_identified where has_event_id) as repeats
