-- takes for known the records that are known under another identity
-- a reading shows all of an instant, so of events that say the same, some with an id and some without, as many are old as are known
insert into incoming_known
select fresh.row_id
from incoming_identified as fresh
semi join (
  select org, fact_id
  from (
    select
      *,
      row_number() over (partition by hash, is_new, taken order by fact_id) as nth,
      count(*) filter (not is_new and not taken) over (partition by hash) as known,
      bool_or(has_event_id) over (partition by hash) and bool_or(not has_event_id) over (partition by hash) as meets,
    from incoming_contents
  )
  where is_new and not taken and meets and nth <= known
) as old on fresh.org = old.org and fresh.fact_id = old.fact_id
