-- takes out of incoming_repeats those whose `data` differs in the order of keys alone: that is no other content
delete from incoming_repeats
where not is_other
  and (select hash from incoming_data where key = row_id * 2) = (select hash from incoming_data where key = row_id * 2 + 1)
