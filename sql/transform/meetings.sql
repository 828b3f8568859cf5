-- one row: whether fresh events share their instant with events of the other kind (with an event_id where they have none, or the
-- other way round), `known` ones between $from and $to or others in the `batch` itself
with known as not materialized (
  select org, occurred_at, event_id is not null as has_event_id
  from fct_usage
  where source = 'auditlog' and occurred_at between $from and $to
)
select
  exists(from incoming_fresh as fresh semi join (from known where not has_event_id) as other using (org, occurred_at) where fresh.has_event_id)
    or exists(from incoming_fresh as fresh semi join (from known where has_event_id) as other using (org, occurred_at) where not fresh.has_event_id)
    as known,
  exists(from incoming_fresh as fresh semi join (from incoming_identified where not has_event_id) as other using (org, occurred_at) where fresh.has_event_id)
    or exists(from incoming_fresh as fresh semi join (from incoming_identified where has_event_id) as other using (org, occurred_at) where not fresh.has_event_id)
    as batch
