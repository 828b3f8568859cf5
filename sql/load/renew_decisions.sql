-- the newest words of the decisions on $org's seats that stand; since when they stand is kept
update ops.decisions as known
set
  decision_by = incoming.decision_by,
  decision_until = incoming.decision_until,
  decision_note = incoming.decision_note
from (
  select unnest(
    from_json(
      $decisions,
      '[{"username":"VARCHAR","email":"VARCHAR","decision":"VARCHAR","decision_by":"VARCHAR","decision_until":"DATE","decision_note":"VARCHAR"}]'
    ),
    recursive := true
  )
) as incoming
where known.org = $org
  and known.ended_at is null
  and incoming.username is not distinct from known.username
  and incoming.email is not distinct from known.email
  and incoming.decision = known.decision
