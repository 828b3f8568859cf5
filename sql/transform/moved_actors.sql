-- one row per actor and time to be told anew (as stale_actors), of those with a fact of whom the members say something else now than when the facts were last told
with moved as (
  (
    (select org, actor, kind, used_from, used_until from known_people)
    except
    (select org, actor, kind, used_from, used_until from ops.actor_kinds)
  )
  union
  (
    (select org, actor, kind, used_from, used_until from ops.actor_kinds)
    except
    (select org, actor, kind, used_from, used_until from known_people)
  )
)

select
  actors.org,
  actors.actor,
  actor_kind_of(actors.actor, actors.org, known.kind) as kind,
  known.used_from,
  known.used_until
from (select distinct org, actor from moved) as actors
semi join actor_day as days on days.org = actors.org and days.actor = actors.actor
left join known_people as known on known.org = actors.org and known.actor = actors.actor
