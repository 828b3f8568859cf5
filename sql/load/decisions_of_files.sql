-- one row per org and decision of $decisions, a JSON list; since when it stands: as it was kept, else $set_at
select incoming.*, coalesce(known.set_at, $set_at::timestamp) as set_at
from (
  select unnest(
    from_json(
      $decisions,
      '[{"org":"VARCHAR","username":"VARCHAR","email":"VARCHAR","decision":"VARCHAR","decision_by":"VARCHAR","decision_until":"DATE","decision_note":"VARCHAR"}]'
    ),
    recursive := true
  )
) as incoming
left join ops.decisions as known
  on known.org = incoming.org
  and known.ended_at is null
  and known.username is not distinct from incoming.username
  and known.email is not distinct from incoming.email
  and known.decision = incoming.decision
