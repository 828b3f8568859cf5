-- one row per file of a batch: what became of its records
select
  file_number,
  count(*) as records,
  count(fact.row_id) as facts,
  count(rejected.row_id) as rejected,
  count(*) filter (where fact.row_id is null and rejected.row_id is null) as duplicates,
  min(incoming.occurred_at) filter (where reason is null) as oldest,
from incoming
left join (select row_id from incoming_fresh) as fact using (row_id)
left join (select row_id from incoming_rejected) as rejected using (row_id)
group by file_number
