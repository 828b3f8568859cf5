-- one row (a usage fact) per event in $records, the name of a relation made by parsed_events
with named as (
  select
    coalesce(event.event_id, unnamed.fact_id) as fact_id,
    event.*,
    coalesce(rule.action, event.source_action) as action,
    coalesce(rule.category, first_word(event.source_action)) as category,
    coalesce(rule.verb, last_word(event.source_action)) as verb,
    data_fields(event.data) as fields,
    -- `ann - access token "ci"`: a token acted for its user
    coalesce(contains(event.source_actor, ' - access token "') and ends_with(event.source_actor, '"'), false) as actor_names_token,
    case when actor_names_token then regexp_extract(event.source_actor, '^(.*?) - access token "(.*)"$', ['actor', 'label'], 's') end as token,
  from query_table($records) as event
  left join (from incoming_identified where not has_event_id) as unnamed on unnamed.row_id = event.row_id
  left join dim_action as rule on rule.source_action = event.source_action
),
acted as (
  select
    *,
    lower(case when actor_names_token then text_or_null(token.actor) else source_actor end) as actor,
  from named
)
select
  fact.fact_id,
  fact.org,
  fact.occurred_at,
  fact.action,
  fact.source_action,
  fact.category,
  fact.verb,
  fact.actor,
  actor_kind_of(fact.actor, fact.org, known.kind) as actor_kind,
  actor_names_token or text_or_null(fields.access_token_id) is not null as via_token,
  case when actor_names_token then token.label else text_or_null(fields.access_token_label) end as token_label,
  fact.name as resource,
  fields.tag as tag,
  fields.digest as digest,
  subject_of(fact.action, fields, fact.name, fact.org) as subject,
  1 as quantity,
  'auditlog' as source,
  description,
  data,
  event_id,
  fact.run_id,
  file.name as raw_file,
  raw_row,
from acted as fact
join incoming_files as file on file.number = fact.file_number
left join known_people as known
  on known.org = fact.org and known.actor = fact.actor
  and fact.occurred_at > known.used_from and fact.occurred_at <= known.used_until
