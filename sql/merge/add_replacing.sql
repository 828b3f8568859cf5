-- the records that take the place of facts are facts
delete from incoming_known
where row_id in (select row_id from incoming_repeats where wins)
