-- one row per identity in the batch that several records may have, and per identity that is a hash: which of its records is the fact
-- of several records, the first reading wins, and within one run's the earliest event: whatever order its windows came in, the same one
-- an event_id that stands once needs no row here (identified_events): of most, this compares eight bytes
with unnamed as materialized (
  select
    key as row_id, file_number, org, occurred_at,
    md5(hash || '#' || row_number() over (partition by file_number, hash order by key)) as fact_id,
    false as has_event_id,
  from incoming_hashes
),
repeated as (
  select hash(fact_id) as fact_hash
  from (
    select event_id as fact_id from incoming where event_id is not null and reason is null
    union all
    select fact_id from unnamed
  )
  group by fact_hash
  having count(*) > 1
)
select
  named.org, fact_id,
  arg_min(row_id, (run_number, occurred_at, row_id)) as row_id,
  arg_min(occurred_at, (run_number, occurred_at, row_id)) as occurred_at,
  bool_or(has_event_id) as has_event_id,
  count(*) as records,
from (
  select row_id, file_number, org, occurred_at, event_id as fact_id, true as has_event_id
  from incoming
  where event_id is not null and reason is null and hash(event_id) in (from repeated)
  union all by name
  from unnamed
) as named
join incoming_files as file on file.number = named.file_number
group by named.org, fact_id
