import { type RawBuilder, sql } from "kysely";

/** Docker's own support staff act under this name (Docker's page on activity logs). */
const DOCKER_SUPPORT = "dockersupport";

/**
 * One row per org, username and person who had it: `org, actor, kind`, and when the name was theirs, (used_from, used_until].
 * Who was renamed is still the same member, under the old name too; a name that another account took over was theirs until then.
 */
export const KNOWN_PEOPLE = sql`(
  with named as (
    select
      org,
      lower(username) as actor,
      person,
      bool_or(seat_type <> 'invitee') as was_joined,
      bool_or(is_current) as is_current,
      max(coalesce(valid_to, timestamp 'infinity')) as last_used_at,
    from dim_member
    where username is not null
    group by all
  ),
  owners as (
    -- who was only invited under a name did not use it while somebody else did
    select * from named
    qualify was_joined or not bool_or(was_joined) over (partition by org, actor)
  )
  select
    org,
    actor,
    case when heir.person is not null then 'member' when is_current then 'invitee' else 'former_member' end as kind,
    coalesce(lag(last_used_at) over taken, timestamp '-infinity') as used_from,
    case when lead(last_used_at) over taken is null then timestamp 'infinity' else last_used_at end as used_until,
  from owners
  left join (
    select distinct org, person from dim_member where is_current and seat_type <> 'invitee'
  ) as heir using (org, person)
  window taken as (partition by org, actor order by last_used_at, owners.person)
)`;

/** Joins KNOWN_PEOPLE as `known` to `fact`, by who had the name at the time. */
export const KNOWN_BY_THEN = sql`known.org = fact.org and known.actor = fact.actor
  and fact.occurred_at > known.used_from and fact.occurred_at <= known.used_until`;

/** The facts of `relation` with their `actor_kind` as the members' history has it now. */
export function withActorKind(relation: string): RawBuilder<unknown> {
  return sql`
    select
      fact.* replace (${ACTOR_KIND} as actor_kind),
    from ${sql.table(relation)} as fact
    left join ${KNOWN_PEOPLE} as known on ${KNOWN_BY_THEN}`;
}

/** Brings `actor_kind` up to date after the members changed; facts of people who stayed what they were are not touched. */
export function refreshActorKinds(): RawBuilder<unknown> {
  return sql`
    update fct_usage as stale
    set actor_kind = renewed.kind
    from (
      select distinct fact.org, fact.actor, ${ACTOR_KIND} as kind, known.used_from, known.used_until,
      from (select distinct org, actor, actor_kind from fct_usage) as fact
      left join ${KNOWN_PEOPLE} as known on known.org = fact.org and known.actor = fact.actor
      where fact.actor_kind is distinct from ${ACTOR_KIND}
    ) as renewed
    where stale.org = renewed.org and stale.actor is not distinct from renewed.actor
      and (renewed.used_from is null or (stale.occurred_at > renewed.used_from and stale.occurred_at <= renewed.used_until))
      and stale.actor_kind is distinct from renewed.kind`;
}

/** What the actor of `fact` is, given the row of KNOWN_PEOPLE that is joined as `known`. */
export const ACTOR_KIND = sql<string>`case
    when fact.actor = lower(fact.org) then 'org_token'
    when fact.actor = ${sql.lit(DOCKER_SUPPORT)} then 'docker_support'
    else coalesce(known.kind, 'unknown')
  end`;
