import { type RawBuilder, sql } from "kysely";
import { auditFacts, type RawFile, sqlTimestamp } from "./auditlog.ts";
import type { Hashed } from "./identity.ts";

/**
 * Docker documents no `event_id`, yet its samples have some: it may come or go. Then the same event has another identity in the
 * next reading, and what it says must decide. Everything here looks only at events that share their instant with one that has
 * an id where they have none, or the other way round: mostly at nothing.
 */
export interface Range {
  readonly from: Date;
  readonly to: Date;
}

export const knownIn = ({ from, to }: Range) => sql`(
  select rowid as row, *, event_id is not null as has_event_id from fct_usage
  where source = 'auditlog' and occurred_at between timestamp ${sql.lit(sqlTimestamp(from))} and timestamp ${sql.lit(sqlTimestamp(to))}
)`;

/** Fresh records with an id that share their instant with one of `others` (`org, occurred_at, has_event_id`) without, and the other way round. */
const meeting = (others: RawBuilder<unknown>) => sql`(
  select fresh.* from incoming_fresh as fresh
  semi join (from ${others} where not has_event_id) as other on other.org = fresh.org and other.occurred_at = fresh.occurred_at
  where fresh.has_event_id
  union all
  select fresh.* from incoming_fresh as fresh
  semi join (from ${others} where has_event_id) as other on other.org = fresh.org and other.occurred_at = fresh.occurred_at
  where not fresh.has_event_id
)`;

/** Whether fresh records meet events of the other kind, `known` ones or in the `batch` itself. */
export function meetings(range: Range): RawBuilder<{ known: boolean; batch: boolean }> {
  return sql`
    select
      exists(from ${meeting(knownIn(range))}) as known,
      exists(from ${meeting(sql`incoming_identified`)}) as batch`;
}

/** All records of the batch, and all known facts, of the instants at which they meet, as facts and side by side: `taken` where both sides have it by its identity. */
export function comparedFacts(files: readonly RawFile[], range: Range): RawBuilder<unknown> {
  const said = sql`source_action, resource, actor, token_label, data`;
  return sql`
    with met as materialized (select distinct org, occurred_at from ${meeting(knownIn(range))}),
    known as materialized (select known.* from ${knownIn(range)} as known semi join met using (org, occurred_at)),
    shown as materialized (select shown.* from incoming_identified as shown semi join met using (org, occurred_at))
    select row_number() over () as key, * from (
      select
        true as is_new, fact.org, fact.fact_id, fact.event_id is not null as has_event_id, fact.occurred_at, ${said},
        (fact.org, fact.fact_id) not in (select (org, fact_id) from incoming_fresh) as taken,
      from (${auditFacts(files, "shown")}) as fact
      union all
      select
        false as is_new, org, fact_id, has_event_id, occurred_at, ${said},
        (org, fact_id) in (select (org, fact_id) from shown) as taken,
      from known
    )`;
}

/** What an event says, as far as a fact keeps it. */
export const CONTENTS: Hashed = {
  rows: sql`select * from incoming_compared`,
  keep: ["is_new", "org", "fact_id", "has_event_id", "taken"],
  hashOf: (canonical) => sql`
    md5(concat_ws(chr(31), org, source_action, coalesce(resource, chr(0)), coalesce(actor, chr(0)), coalesce(token_label, chr(0)),
      epoch_us(occurred_at), coalesce(${canonical}, chr(0))))`,
};

/**
 * Takes out of the fresh records those that are known under another identity. A reading shows all of an instant, so of events
 * that say the same, some with an id and some without, as many are old as are known.
 */
export const dropAlike = sql`
  delete from incoming_fresh as fresh
  using (
    select org, fact_id
    from (
      select
        *,
        row_number() over (partition by hash, is_new, taken order by fact_id) as nth,
        count(*) filter (not is_new and not taken) over (partition by hash) as known,
        bool_or(has_event_id) over (partition by hash) and bool_or(not has_event_id) over (partition by hash) as meets,
      from incoming_contents
    )
    where is_new and not taken and meets and nth <= known
  ) as old
  where fresh.org = old.org and fresh.fact_id = old.fact_id`;
