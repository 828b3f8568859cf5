-- two rows per repeated event_id where only the text of `data` differs: the record's data and the first one's
select row_id * 2 as key, data, null::varchar as beside from incoming_repeats where not is_other
union all
select row_id * 2 + 1, first_data, null from incoming_repeats where not is_other
