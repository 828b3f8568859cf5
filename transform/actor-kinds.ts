import { type RawBuilder, sql } from "kysely";

/** Docker's own support staff act under this name (Docker's page on activity logs). */
const DOCKER_SUPPORT = "dockersupport";

/**
 * One row per org and username that the members' history knows: `org, actor, kind`. Who was renamed is still the same
 * member, under the old name too.
 */
export const KNOWN_PEOPLE = sql`(
  select
    person.org,
    lower(person.username) as actor,
    case
      when bool_or(person.is_current and person.seat_type <> 'invitee') or bool_or(heir.member_id is not null) then 'member'
      when bool_or(person.is_current) then 'invitee'
      else 'former_member'
    end as kind,
  from dim_member as person
  left join (
    select distinct org, member_id from dim_member where is_current and seat_type <> 'invitee' and member_id is not null
  ) as heir using (org, member_id)
  where person.username is not null
  group by all
)`;

/** The facts of `relation` with their `actor_kind` as the members' history has it now. */
export function withActorKind(relation: string): RawBuilder<unknown> {
  return sql`
    select
      fact.* replace (${ACTOR_KIND} as actor_kind),
    from ${sql.table(relation)} as fact
    left join ${KNOWN_PEOPLE} as known on known.org = fact.org and known.actor = fact.actor`;
}

/** Brings `actor_kind` up to date after the members changed; facts of people who stayed what they were are not touched. */
export function refreshActorKinds(): RawBuilder<unknown> {
  return sql`
    update fct_usage as stale
    set actor_kind = renewed.kind
    from (
      select fact.org, fact.actor, ${ACTOR_KIND} as kind,
      from (select distinct org, actor, actor_kind from fct_usage) as fact
      left join ${KNOWN_PEOPLE} as known on known.org = fact.org and known.actor = fact.actor
      where fact.actor_kind is distinct from ${ACTOR_KIND}
    ) as renewed
    where stale.org = renewed.org and stale.actor is not distinct from renewed.actor
      and stale.actor_kind is distinct from renewed.kind`;
}

/** What the actor of `fact` is, given the row of KNOWN_PEOPLE that is joined as `known`. */
export const ACTOR_KIND = sql<string>`case
    when fact.actor = lower(fact.org) then 'org_token'
    when fact.actor = ${sql.lit(DOCKER_SUPPORT)} then 'docker_support'
    else coalesce(known.kind, 'unknown')
  end`;
