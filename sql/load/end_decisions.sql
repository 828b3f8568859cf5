-- ends the decisions on $org's seats that $decisions, a JSON list, does not hold any more
update ops.decisions as known
set ended_at = $set_at
where known.org = $org
  and known.ended_at is null
  and not exists (
    from (
      select unnest(
        from_json($decisions, '[{"username":"VARCHAR","email":"VARCHAR","decision":"VARCHAR"}]'), recursive := true
      )
    ) as incoming
    where incoming.username is not distinct from known.username
      and incoming.email is not distinct from known.email
      and incoming.decision = known.decision
  )
