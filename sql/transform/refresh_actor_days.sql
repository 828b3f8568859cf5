-- brings days up to date with stale_actors: a day has the kind of its last fact
update actor_day as stale
set actor_kind = renewed.kind
from stale_actors as renewed
where stale.org = renewed.org and stale.actor is not distinct from renewed.actor
  and (renewed.used_from is null or (stale.last_at > renewed.used_from and stale.last_at <= renewed.used_until))
  and stale.actor_kind is distinct from renewed.kind
