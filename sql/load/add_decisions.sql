-- one row per decision of $decisions, a JSON list, that does not stand yet
insert into ops.decisions by name
select $org as org, incoming.*, $set_at::timestamp as set_at
from (
  select unnest(
    from_json(
      $decisions,
      '[{"username":"VARCHAR","email":"VARCHAR","decision":"VARCHAR","decision_by":"VARCHAR","decision_until":"DATE","decision_note":"VARCHAR"}]'
    ),
    recursive := true
  )
) as incoming
where not exists (
  from ops.decisions as known
  where known.org = $org
    and known.ended_at is null
    and incoming.username is not distinct from known.username
    and incoming.email is not distinct from known.email
    and incoming.decision = known.decision
)
