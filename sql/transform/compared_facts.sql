-- one row per fact of incoming_shown_facts, and per known fact between $from and $to at one of their instants
-- `taken` where both sides have it by its identity
with known as materialized (
  select known.*, known.event_id is not null as has_event_id
  from fct_usage as known
  semi join (select distinct org, occurred_at from incoming_shown) as met using (org, occurred_at)
  where source = 'auditlog' and occurred_at between $from and $to
)
select row_number() over () as key, * from (
  select
    true as is_new, org, fact_id, event_id is not null as has_event_id, occurred_at, source_action, resource, actor, token_label, data,
    (org, fact_id) not in (select (org, fact_id) from incoming_fresh) as taken,
  from incoming_shown_facts
  union all
  select
    false as is_new, org, fact_id, has_event_id, occurred_at, source_action, resource, actor, token_label, data,
    (org, fact_id) in (select (org, fact_id) from incoming_shown) as taken,
  from known
)
