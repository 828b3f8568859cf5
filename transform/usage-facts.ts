import { type Kysely, type RawBuilder, sql } from "kysely";
import type { FactRow, IncomingRow, RejectedRow, Warehouse } from "./warehouse.ts";

/** A raw file as the engine opens it (`path`) and as the warehouse names it (`name`, relative to the data folder). */
export interface RawFile {
  readonly path: string;
  readonly name: string;
  readonly readAt: Date;
}

/** The fields of an audit event, read as text whatever the source made of them (Docker's OpenAPI document: none is required). */
const EVENT_SHAPE = JSON.stringify({
  event_id: "VARCHAR",
  account: "VARCHAR",
  action: "VARCHAR",
  name: "VARCHAR",
  actor: "VARCHAR",
  data: "JSON",
  timestamp: "VARCHAR",
  action_description: "VARCHAR",
});

/** No event is older than Docker Hub, and none lies more than a day ahead of the run that read it. */
const OLDEST_PLAUSIBLE = "2013-01-01";
const DAY_MS = 86_400_000;

/**
 * Raw audit events, parsed by the engine: one row a record, with the reason where it cannot become a fact. Timestamps come
 * in seconds or fractions and in any offset; they are kept as UTC.
 */
export function parsedEvents(files: readonly RawFile[]): RawBuilder<IncomingRow> {
  const text = (field: string) => sql`nullif(trim(event.${sql.ref(field)}), '')`;
  return sql<IncomingRow>`
    with record as (
      select
        filename, file_row_number as raw_row, org, run_id, payload,
        case when json_valid(payload) then json_type(payload) end as json_kind,
        case when json_valid(payload) then json_transform(payload, ${sql.lit(EVENT_SHAPE)}) end as event,
      from read_parquet([${sql.join(files.map((file) => sql.lit(file.path)))}], filename = true, file_row_number = true)
    ),
    timed as (
      select
        *,
        case
          when regexp_matches(trim(event.timestamp), '^\\d{4}-\\d\\d-\\d\\d')
          then try_cast(upper(trim(event.timestamp)) as timestamptz) at time zone 'UTC'
        end as occurred_at,
      from record
    )
    select
      file.name as raw_file,
      raw_row,
      org,
      run_id,
      file.read_at as read_at,
      ${text("account")} as account,
      ${text("action")} as source_action,
      ${text("name")} as name,
      ${text("actor")} as source_actor,
      occurred_at,
      case when json_type(event.data) <> 'NULL' then event.data end as data,
      event.action_description as description,
      ${text("event_id")} as event_id,
      case
        when json_kind is null then 'malformed_json'
        when json_kind <> 'OBJECT' then 'not_an_object'
        when ${text("action")} is null then 'missing_action'
        when ${text("timestamp")} is null then 'missing_timestamp'
        when occurred_at is null then 'unreadable_timestamp'
        when occurred_at < timestamp ${sql.lit(OLDEST_PLAUSIBLE)} then 'implausible_timestamp'
        when occurred_at > file.read_at + interval 1 day then 'timestamp_in_the_future'
      end as reason,
      payload,
    from timed
    join ${filesRelation(files)} on timed.filename = file.path`;
}

function filesRelation(files: readonly RawFile[]): RawBuilder<unknown> {
  const rows = files.map(
    (file) => sql`(${sql.lit(file.path)}, ${sql.lit(file.name)}, timestamp ${sql.lit(sqlTimestamp(file.readAt))})`,
  );
  return sql`(values ${sql.join(rows)}) as file (path, name, read_at)`;
}

/** `2026-01-02 03:04:05.006`, UTC. */
export function sqlTimestamp(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "");
}

/**
 * A record's identity where the source gives no `event_id`: a 128-bit hash of what the event says, `data` in a canonical
 * form (keys sorted, at every depth), and a number that tells truly identical events of one reading apart.
 */
const IDENTITY = sql<string>`md5(concat_ws(chr(31), incoming.org, coalesce(incoming.account, chr(0)), incoming.source_action,
  coalesce(incoming.name, chr(0)), coalesce(incoming.source_actor, chr(0)), epoch_us(incoming.occurred_at), coalesce(canonical.data, chr(0))))`;

const CANONICAL_DATA = sql`(
  select i.raw_file, i.raw_row, string_agg(leaf.fullkey || chr(30) || leaf.type || chr(30) || coalesce(leaf.atom::varchar, ''), chr(29) order by leaf.fullkey) as data
  from incoming as i, json_tree(i.data) as leaf
  where i.event_id is null and i.reason is null and i.data is not null
  group by all
)`;

/** What stands before ` - access token "LABEL"` when a token acted for its user. */
const TOKEN_ACTOR = `^(.*?) - access token "(.*)"$`;

/** Events about a person: who was acted upon is the `subject`. Docker documents none of these payloads. */
const ABOUT_A_PERSON = "(^|\\.)(members?|invites?|invitees?)(\\.|$)";

/**
 * The events in `incoming` as usage facts, each once per batch, the first reading winning. `actor_kind` is filled in
 * by actor-kinds.ts.
 */
export function auditFacts(): RawBuilder<FactRow> {
  const first = (n: 1 | -1) => sql`coalesce(nullif(split_part(fact.source_action, '.', ${sql.lit(n)}), ''), 'unknown')`;
  const subject = (path: string) => sql`nullif(trim(data ->> ${sql.lit(path)}), '')`;
  return sql<FactRow>`
    with keyed as (
      select
        incoming.*,
        ${IDENTITY} as identity,
      from incoming
      left join ${CANONICAL_DATA} as canonical using (raw_file, raw_row)
      where reason is null
    ),
    identified as (
      select
        *,
        coalesce(event_id, md5(identity || '#' || row_number() over (partition by raw_file, event_id, identity order by raw_row))) as fact_id,
      from keyed
    ),
    distinct_facts as (
      select * from identified
      qualify row_number() over (partition by org, fact_id order by raw_file, raw_row) = 1
    ),
    named as (
      select
        fact.*,
        coalesce(rule.action, fact.source_action) as action,
        coalesce(rule.category, ${first(1)}) as category,
        coalesce(rule.verb, ${first(-1)}) as verb,
        coalesce(regexp_matches(source_actor, ${sql.lit(TOKEN_ACTOR)}, 's'), false) as actor_names_token,
      from distinct_facts as fact
      left join dim_action as rule on rule.source_action = fact.source_action
    )
    select
      fact_id,
      org,
      occurred_at,
      action,
      source_action,
      category,
      verb,
      nullif(lower(trim(
        case when actor_names_token then regexp_extract(source_actor, ${sql.lit(TOKEN_ACTOR)}, 1, 's') else source_actor end
      )), '') as actor,
      null as actor_kind,
      actor_names_token or ${subject("$.access_token_id")} is not null as via_token,
      case
        when actor_names_token then regexp_extract(source_actor, ${sql.lit(TOKEN_ACTOR)}, 2, 's')
        else ${subject("$.access_token_label")}
      end as token_label,
      name as resource,
      data ->> '$.tag' as tag,
      data ->> '$.digest' as digest,
      case when regexp_matches(action, ${sql.lit(ABOUT_A_PERSON)}) then lower(coalesce(
        ${subject("$.username")}, ${subject("$.member")}, ${subject("$.invitee")},
        case when lower(name) <> lower(org) and not contains(name, '/') then name end
      )) end as subject,
      1 as quantity,
      'auditlog' as source,
      description,
      data,
      event_id,
      run_id,
      raw_file,
      raw_row,
    from named`;
}

/**
 * The facts of the batch that the warehouse does not hold. Only the batch's own time range (a day more on either side) is
 * compared: merging a night costs the same on a year of history as on a week.
 */
export function unknownFacts(db: Kysely<Warehouse>, range: { from: Date; to: Date }) {
  return db
    .selectFrom("incoming_facts as fresh")
    .selectAll("fresh")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("fct_usage as known")
            .select(sql.lit(1).as("one"))
            .whereRef("known.fact_id", "=", "fresh.fact_id")
            .whereRef("known.org", "=", "fresh.org")
            .where("known.occurred_at", ">=", new Date(range.from.getTime() - DAY_MS))
            .where("known.occurred_at", "<=", new Date(range.to.getTime() + DAY_MS)),
        ),
      ),
    );
}

/** The records of the batch that cannot become facts, each once, with what was sent. */
export function rejectedEvents(): RawBuilder<RejectedRow> {
  return sql<RejectedRow>`
    with numbered as (
      select *, row_number() over (partition by raw_file, payload order by raw_row) as n
      from incoming
      where reason is not null
    )
    select
      md5(concat_ws(chr(31), org, reason, payload, n)) as reject_id, org, 'auditlog' as stream, reason, payload, raw_file, raw_row, run_id,
    from numbered
    where reject_id not in (select reject_id from ops.rejected)
    qualify row_number() over (partition by reject_id order by raw_file, raw_row) = 1`;
}
