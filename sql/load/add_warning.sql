-- keeps a warning, once
insert into ops.warnings by name
select
  $run_id as run_id,
  $org as org,
  $stream as stream,
  $warned_at as warned_at,
  $kind as kind,
  $message as message,
where not exists (
  select 1 from ops.warnings
  where
    org is not distinct from $org
    and stream is not distinct from $stream
    and kind = $kind
    and message = $message
)
