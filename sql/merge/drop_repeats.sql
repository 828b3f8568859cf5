-- records that bring a known event_id are no new facts
insert into incoming_known
select row_id from incoming_repeats
