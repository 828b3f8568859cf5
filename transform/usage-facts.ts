import { type Kysely, type RawBuilder, sql } from "kysely";
import { ACTOR_KIND, KNOWN_PEOPLE } from "./actor-kinds.ts";
import type { FactRow, IncomingRow, RejectedRow, Warehouse } from "./warehouse.ts";

/** A raw file as the engine opens it (`path`) and as the warehouse names it (`name`, relative to the data folder). */
export interface RawFile {
  readonly path: string;
  readonly name: string;
  readonly org: string;
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
        filename, file_row_number as raw_row, run_id, payload,
        try(json_transform(payload, ${sql.lit(EVENT_SHAPE)})) as event,
      from read_parquet([${sql.join(files.map((file) => sql.lit(file.path)))}], filename = true, file_row_number = true, hive_partitioning = false)
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
      (file.number::bigint << 32) + raw_row as row_id,
      file.number as file_number,
      raw_row,
      file.of_org as org,
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
        when event is null then 'malformed_json'
        when ${text("action")} is null and json_type(payload) <> 'OBJECT' then 'not_an_object'
        when ${text("action")} is null then 'missing_action'
        when ${text("timestamp")} is null then 'missing_timestamp'
        when occurred_at is null then 'unreadable_timestamp'
        when occurred_at < timestamp ${sql.lit(OLDEST_PLAUSIBLE)} then 'implausible_timestamp'
        when occurred_at > file.read_at + interval 1 day then 'timestamp_in_the_future'
      end as reason,
      case when reason is not null then payload end as payload,
    from timed
    join ${filesRelation(files)} on timed.filename = file.path`;
}

function filesRelation(files: readonly RawFile[]): RawBuilder<unknown> {
  const rows = files.map(
    (file, i) =>
      sql`(${sql.lit(i)}, ${sql.lit(file.path)}, ${sql.lit(file.name)}, ${sql.lit(file.org)}, timestamp ${sql.lit(sqlTimestamp(file.readAt))})`,
  );
  return sql`(values ${sql.join(rows)}) as file (number, path, name, of_org, read_at)`;
}

/** `2026-01-02 03:04:05.006`, UTC. */
export function sqlTimestamp(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "");
}

/**
 * A record's identity where the source gives no `event_id`: a 128-bit hash of what the event says, `data` in a canonical
 * form (keys sorted, at every depth), and a number that tells truly identical events of one reading apart.
 */
const HASHED_IDENTITY = sql`
  with canonical as (
    select bare.row_id,
      string_agg(leaf.fullkey || chr(30) || leaf.type || chr(30) || coalesce(leaf.atom::varchar, ''), chr(29) order by leaf.fullkey) as data
    from incoming as bare, json_tree(bare.data) as leaf
    where bare.event_id is null and bare.reason is null and bare.data is not null
    group by all
  ),
  said as (
    select
      row_id, file_number, org, occurred_at,
      md5(concat_ws(chr(31), org, coalesce(account, chr(0)), source_action, coalesce(name, chr(0)), coalesce(source_actor, chr(0)),
        epoch_us(occurred_at), coalesce(canonical.data, chr(0)))) as identity,
    from incoming
    left join canonical using (row_id)
    where event_id is null and reason is null
  )
  select row_id, org, occurred_at, md5(identity || '#' || row_number() over (partition by file_number, identity order by row_id)) as fact_id,
  from said`;

/** Which records of the batch are facts, each identity once, the first reading winning: `row_id, org, fact_id, occurred_at`. */
export function identifiedEvents(): RawBuilder<unknown> {
  return sql`
    select org, fact_id, min(row_id) as row_id, arg_min(occurred_at, row_id) as occurred_at,
    from (
      select row_id, org, occurred_at, event_id as fact_id from incoming where event_id is not null and reason is null
      union all by name
      (${HASHED_IDENTITY})
    )
    group by org, fact_id`;
}

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

/** What stands before ` - access token "LABEL"` when a token acted for its user. */
const TOKEN_ACTOR = `^(.*?) - access token "(.*)"$`;

/** Events about a person: who was acted upon is the `subject`. Docker documents none of these payloads. */
const ABOUT_A_PERSON = "(^|\\.)(members?|invites?|invitees?)(\\.|$)";

/**
 * The facts of the batch that the warehouse does not hold. Only the batch's own time range (a day more on either side) is
 * compared: merging a night costs the same on a year of history as on a week.
 */
export function unknownEvents(db: Kysely<Warehouse>, range: { from: Date; to: Date }) {
  return db
    .selectFrom("incoming_identified as fresh")
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

/** The records that `incoming_fresh` names, as usage facts. */
export function auditFacts(files: readonly RawFile[]): RawBuilder<FactRow> {
  const word = (n: 1 | -1) => sql`coalesce(nullif(split_part(event.source_action, '.', ${sql.lit(n)}), ''), 'unknown')`;
  const said = (key: string) => sql`nullif(trim(said.${sql.ref(key)}), '')`;
  return sql<FactRow>`
    with named as (
      select
        fresh.fact_id,
        event.*,
        coalesce(rule.action, event.source_action) as action,
        coalesce(rule.category, ${word(1)}) as category,
        coalesce(rule.verb, ${word(-1)}) as verb,
        json_transform(event.data, ${sql.lit(DATA_SHAPE)}) as said,
        coalesce(contains(event.source_actor, ' - access token "') and ends_with(event.source_actor, '"'), false) as actor_names_token,
        case when actor_names_token then regexp_extract(event.source_actor, ${sql.lit(TOKEN_ACTOR)}, ['actor', 'label'], 's') end as token,
      from incoming_fresh as fresh
      join incoming as event using (row_id)
      left join dim_action as rule on rule.source_action = event.source_action
    ),
    acted as (
      select
        *,
        nullif(lower(trim(case when actor_names_token then token.actor else source_actor end)), '') as actor,
      from named
    )
    select
      fact.fact_id,
      fact.org,
      fact.occurred_at,
      fact.action,
      fact.source_action,
      fact.category,
      fact.verb,
      fact.actor,
      ${ACTOR_KIND} as actor_kind,
      actor_names_token or ${said("access_token_id")} is not null as via_token,
      case when actor_names_token then token.label else ${said("access_token_label")} end as token_label,
      fact.name as resource,
      said.tag as tag,
      said.digest as digest,
      case when contains(action, 'member') or contains(action, 'invite') then case when regexp_matches(action, ${sql.lit(ABOUT_A_PERSON)}) then lower(coalesce(
        ${said("username")}, ${said("member")}, ${said("invitee")},
        case when lower(fact.name) <> lower(fact.org) and not contains(fact.name, '/') then fact.name end
      )) end end as subject,
      1 as quantity,
      'auditlog' as source,
      description,
      data,
      event_id,
      run_id,
      file.name as raw_file,
      raw_row,
    from acted as fact
    join ${filesRelation(files)} on file.number = fact.file_number
    left join ${KNOWN_PEOPLE} as known on known.org = fact.org and known.actor = fact.actor`;
}

/** The records of the batch that cannot become facts, each once, with what was sent. */
export function rejectedEvents(files: readonly RawFile[]): RawBuilder<RejectedRow> {
  return sql<RejectedRow>`
    with numbered as (
      select *, row_number() over (partition by file_number, payload order by raw_row) as n
      from incoming
      where reason is not null
    )
    select
      row_id, file_number,
      md5(concat_ws(chr(31), org, reason, payload, n)) as reject_id, org, 'auditlog' as stream, reason, payload,
      file.name as raw_file, raw_row, run_id,
    from numbered
    join ${filesRelation(files)} on file.number = numbered.file_number
    where reject_id not in (select reject_id from ops.rejected)
    qualify row_number() over (partition by reject_id order by row_id) = 1`;
}
