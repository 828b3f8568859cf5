-- brings `actor_kind` up to date after the members changed; facts of people who stayed what they were are not touched
update fct_usage as stale
set actor_kind = renewed.kind
from (
  select distinct fact.org, fact.actor, actor_kind_of(fact.actor, fact.org, known.kind) as kind, known.used_from, known.used_until,
  from (select distinct org, actor, actor_kind from fct_usage) as fact
  left join known_people as known on known.org = fact.org and known.actor = fact.actor
  where fact.actor_kind is distinct from actor_kind_of(fact.actor, fact.org, known.kind)
) as renewed
where stale.org = renewed.org and stale.actor is not distinct from renewed.actor
  and (renewed.used_from is null or (stale.occurred_at > renewed.used_from and stale.occurred_at <= renewed.used_until))
  and stale.actor_kind is distinct from renewed.kind
