-- one row per record of the batch that is an event and has no `event_id`
select row_id, occurred_at from incoming where event_id is null and reason is null
