-- one row per identity in the batch: which of its records is the fact
-- of several records, the first reading wins, and within one run's the earliest event: whatever order its windows came in, the same one
select
  named.org, fact_id,
  arg_min(row_id, (run_number, occurred_at, row_id)) as row_id,
  arg_min(occurred_at, (run_number, occurred_at, row_id)) as occurred_at,
  bool_or(has_event_id) as has_event_id,
  count(*) as records,
from (
  select row_id, file_number, org, occurred_at, event_id as fact_id, true as has_event_id
  from incoming
  where event_id is not null and reason is null
  union all by name
  select
    key as row_id, file_number, org, occurred_at,
    md5(hash || '#' || row_number() over (partition by file_number, hash order by key)) as fact_id,
    false as has_event_id,
  from incoming_hashes
) as named
join incoming_files as file on file.number = named.file_number
group by named.org, fact_id
