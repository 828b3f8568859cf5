-- brings `actor_kind` up to date after the members changed; facts of people who stayed what they were are not touched
update fct_usage as stale
set actor_kind = renewed.kind
from stale_actors as renewed
where stale.org = renewed.org and stale.actor is not distinct from renewed.actor
  and (renewed.used_from is null or (stale.occurred_at > renewed.used_from and stale.occurred_at <= renewed.used_until))
  and stale.actor_kind is distinct from renewed.kind
