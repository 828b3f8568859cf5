import { type Kysely, type RawBuilder, sql } from "kysely";
import { ACTOR_KIND, KNOWN_BY_THEN, KNOWN_PEOPLE } from "./actor-kinds.ts";
import { NAMES, SAID, SUBJECT, saying } from "./naming.ts";
import type { FactRow, IncomingRow, RejectedRow, Warehouse } from "./warehouse.ts";

/** A raw file as the engine opens it (`path`) and as the warehouse names it (`name`, relative to the data folder). */
export interface RawFile {
  readonly path: string;
  readonly name: string;
  readonly org: string;
  /** The organization's first spelling in the raw zone, which ids are made of. */
  readonly firstOrg: string;
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
      file.first_org as hash_org,
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

export function filesRelation(files: readonly RawFile[]): RawBuilder<unknown> {
  const rows = files.map(
    (file, i) =>
      sql`(${sql.lit(i)}, ${sql.lit(file.path)}, ${sql.lit(file.name)}, ${sql.lit(file.org)}, ${sql.lit(file.firstOrg)}, timestamp ${sql.lit(sqlTimestamp(file.readAt))})`,
  );
  return sql`(values ${sql.join(rows)}) as file (number, path, name, of_org, first_org, read_at)`;
}

/** `2026-01-02 03:04:05.006`, UTC. */
export function sqlTimestamp(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "");
}

/** What stands before ` - access token "LABEL"` when a token acted for its user. */
const TOKEN_ACTOR = `^(.*?) - access token "(.*)"$`;

/**
 * The facts of the batch that the warehouse does not hold. Only the batch's own time range is
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
            .where("known.occurred_at", ">=", range.from)
            .where("known.occurred_at", "<=", range.to),
        ),
      ),
    );
}

/** The records that a relation names (`fact_id, row_id`), as usage facts. */
export function auditFacts(files: readonly RawFile[], named = "incoming_fresh"): RawBuilder<FactRow> {
  return sql<FactRow>`
    with named as (
      select
        fresh.fact_id,
        event.*,
        ${NAMES},
        ${SAID},
        coalesce(contains(event.source_actor, ' - access token "') and ends_with(event.source_actor, '"'), false) as actor_names_token,
        case when actor_names_token then regexp_extract(event.source_actor, ${sql.lit(TOKEN_ACTOR)}, ['actor', 'label'], 's') end as token,
      from ${sql.table(named)} as fresh
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
      actor_names_token or ${saying("access_token_id")} is not null as via_token,
      case when actor_names_token then token.label else ${saying("access_token_label")} end as token_label,
      fact.name as resource,
      said.tag as tag,
      said.digest as digest,
      ${SUBJECT} as subject,
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
    left join ${KNOWN_PEOPLE} as known on ${KNOWN_BY_THEN}`;
}

/** On which days the batch's files have events, known before or not: on these stands what is assured of the log. */
export function eventDays(files: readonly RawFile[]): RawBuilder<unknown> {
  return sql`
    select
      file.name as raw_file, org, incoming.read_at, cast(occurred_at as date) as event_date,
      min(occurred_at) as first_event_at, count(*) as events
    from incoming
    join ${filesRelation(files)} on file.number = incoming.file_number
    where reason is null
    group by all`;
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
      md5(concat_ws(chr(31), hash_org, reason, payload, n)) as reject_id, org, 'auditlog' as stream, reason, payload,
      file.name as raw_file, raw_row, run_id,
    from numbered
    join ${filesRelation(files)} on file.number = numbered.file_number
    where reject_id not in (select reject_id from ops.rejected)
    qualify row_number() over (partition by reject_id order by row_id) = 1`;
}
