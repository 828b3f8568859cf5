-- the facts whose place records take
delete from fct_usage
where rowid in (select first_row from incoming_repeats where wins)
