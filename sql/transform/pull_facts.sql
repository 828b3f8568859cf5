-- one row (a usage fact) per row of incoming_pulls_summed, given known_people and the files it counts, incoming_files; $source is pull_report or
-- usage_export, $source_action what dim_action calls it, $report_day the day of the report (empty: of none)
select
  md5(concat_ws(
    chr(31), $source, file.first_org, $report_day, day, coalesce(summed.actor, chr(0)), resource, coalesce(tag, chr(0)),
    coalesce(token_label, chr(0))
  )) as fact_id,
  file.org,
  day::timestamp as occurred_at,
  rule.action,
  rule.source_action,
  rule.category,
  rule.verb,
  summed.actor,
  actor_kind_of(summed.actor, file.org, known.kind) as actor_kind,
  token_label is not null as via_token,
  token_label,
  resource,
  tag,
  null::varchar as digest,
  null::varchar as subject,
  quantity,
  $source as source,
  null::varchar as description,
  null::json as data,
  null::varchar as event_id,
  file.run_id,
  file.name as raw_file,
  raw_row,
from incoming_pulls_summed as summed
join incoming_files as file on file.number = summed.file_number
join dim_action as rule on rule.source_action = $source_action
left join known_people as known
  on known.org = file.org and known.actor = summed.actor
  and day::timestamp > known.used_from and day::timestamp <= known.used_until
