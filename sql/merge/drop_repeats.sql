-- records that bring a known event_id are no new facts
delete from incoming_fresh
where row_id in (select row_id from incoming_repeats)
