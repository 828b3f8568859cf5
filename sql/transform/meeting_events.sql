-- one row per event of the batch at an instant at which its fresh events meet known ones of the other kind, between $from and $to
-- (with an event_id where they have none, or the other way round)
with known as not materialized (
  select org, occurred_at, event_id is not null as has_event_id
  from fct_usage
  where source = 'auditlog' and occurred_at between $from and $to
),
met as materialized (
  select distinct org, occurred_at
  from (
    from incoming_fresh as fresh semi join (from known where not has_event_id) as other using (org, occurred_at) where fresh.has_event_id
    union all
    from incoming_fresh as fresh semi join (from known where has_event_id) as other using (org, occurred_at) where not fresh.has_event_id
  )
)
select shown.* from incoming_identified as shown semi join met using (org, occurred_at)
