import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { ACTIONS, type ActionRule } from "./actions.ts";

/**
 * What a fact is called: everything here can be derived from a fact again when the rules change. Raise FACTS_VERSION where what is
 * derived from the raw record alone changes (identity, time, actor): the warehouse is then made again from the raw files.
 */
export const FACTS_VERSION = 1;

/** What of an event's `data` becomes a column of its own; the rest stays in `data`, as the source sent it. */
const DATA_SHAPE = JSON.stringify({
  tag: "VARCHAR",
  digest: "VARCHAR",
  access_token_id: "VARCHAR",
  access_token_label: "VARCHAR",
  username: "VARCHAR",
  member: "VARCHAR",
  invitee: "VARCHAR",
});

/** Events about a person: who was acted upon is the `subject`. Docker documents none of these payloads. */
const ABOUT_A_PERSON = "(^|\\.)(members?|invites?|invitees?)(\\.|$)";

const word = (n: 1 | -1) => sql`coalesce(nullif(split_part(event.source_action, '.', ${sql.lit(n)}), ''), 'unknown')`;

/** `action, category, verb` of `event`, given its row of `dim_action` as `rule`. */
export const NAMES = sql`
  coalesce(rule.action, event.source_action) as action,
  coalesce(rule.category, ${word(1)}) as category,
  coalesce(rule.verb, ${word(-1)}) as verb`;

/** `said`: what `data` of `event` says. */
export const SAID = sql`json_transform(event.data, ${sql.lit(DATA_SHAPE)}) as said`;

export const saying = (key: string) => sql`nullif(trim(said.${sql.ref(key)}), '')`;

/** Who was acted upon, given `action`, `said` and the `name` of `fact`. */
export const SUBJECT = sql`
  case when contains(action, 'member') or contains(action, 'invite') then case when regexp_matches(action, ${sql.lit(ABOUT_A_PERSON)}) then lower(coalesce(
    ${saying("username")}, ${saying("member")}, ${saying("invitee")},
    case when lower(fact.name) <> lower(fact.org) and not contains(fact.name, '/') then fact.name end
  )) end end`;

/** Tells two versions of the rules apart, whatever versions of the program they came with. */
export function rulesVersion(rules: readonly ActionRule[] = ACTIONS): string {
  const named = rules
    .map(({ source_action, action, category, verb }) => [source_action, action, category, verb])
    .sort();
  return createHash("md5")
    .update(JSON.stringify([named, DATA_SHAPE, ABOUT_A_PERSON]))
    .digest("hex");
}

/** Facts that today's rules call otherwise: `row` and their new names; all of them have a row in `dim_action`. */
export function renamedFacts(source_action: string): RawBuilder<unknown> {
  return sql`
    with named as (
      select
        event.rowid as row, event.org, event.resource as name, event.source,
        event.action as old_action, event.category as old_category, event.verb as old_verb, event.subject as old_subject,
        ${NAMES},
        ${SAID},
      from fct_usage as event
      join dim_action as rule on rule.source_action = event.source_action
      where event.source_action = ${sql.lit(source_action)}
    )
    select row, action, category, verb, case when source = 'auditlog' then ${SUBJECT} else old_subject end as subject,
    from named as fact
    where (action, category, verb, subject) is distinct from (old_action, old_category, old_verb, old_subject)`;
}
