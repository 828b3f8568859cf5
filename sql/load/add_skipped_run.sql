-- notes a run that found the warehouse held by another one, once
insert into ops.runs by name
select
  $run_id as run_id,
  $command as command,
  $started_at as started_at,
  $started_at as finished_at,
  'skipped' as status,
  5 as exit_code,
  0 as requests,
  $version as version,
  null::json as connections,
  $message as message,
where not exists (select 1 from ops.runs where run_id = $run_id)
