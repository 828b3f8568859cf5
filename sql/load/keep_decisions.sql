-- makes incoming_decisions what stands on $org's seats: since when a decision stands is kept, its words are the newest, and what the
-- file does not hold any more ends at $set_at
merge into ops.decisions as known
using incoming_decisions as incoming
on known.org = incoming.org
  and known.ended_at is null
  and known.username is not distinct from incoming.username
  and known.email is not distinct from incoming.email
  and known.decision = incoming.decision
when matched then update set
  decision_by = incoming.decision_by,
  decision_until = incoming.decision_until,
  decision_note = incoming.decision_note
when not matched by source and known.org = $org and known.ended_at is null then update set
  ended_at = $set_at::timestamp
when not matched then insert by name
