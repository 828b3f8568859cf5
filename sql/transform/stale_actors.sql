-- one row per actor whose facts are called something else than the members say now, and time in which they are to be called kind:
-- (used_from, used_until], always where no member ever had the name
select distinct
  fact.org,
  fact.actor,
  actor_kind_of(fact.actor, fact.org, known.kind) as kind,
  known.used_from,
  known.used_until
from (select distinct org, actor, actor_kind from fct_usage) as fact
left join known_people as known on known.org = fact.org and known.actor = fact.actor
where fact.actor_kind is distinct from actor_kind_of(fact.actor, fact.org, known.kind)
