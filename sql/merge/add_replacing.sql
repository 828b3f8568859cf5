-- the records that take the place of facts are facts
insert into incoming_fresh by name
select * from incoming_identified
where row_id in (select row_id from incoming_repeats where wins)
