import type { DuckDBConnection } from "@duckdb/node-api";

/** A warehouse as so many nights leave it: `night` facts each, the last of them read at `until`. */
export interface Generated {
  readonly org: string;
  readonly facts: number;
  readonly night: number;
  readonly members: number;
  readonly until: Date;
}

/** Facts of one statement: the engine's memory stays small. */
const AT_ONCE = 2_000_000;

/**
 * Writes the facts of so many nights straight into the tables, as the merge of bulk events would have left them, with the
 * rows of the raw files that they came in: the checks pass, and the next run goes on from `until`.
 */
export async function writeFacts(connection: DuckDBConnection, generated: Generated): Promise<void> {
  await connection.run(TAILS);
  await connection.run(
    `create temp table night as select n, ${fileName(generated)} as raw_file from range(${Math.ceil(generated.facts / generated.night)}) as listed (n)`,
  );
  for (let first = 0; first < generated.facts; first += AT_ONCE)
    await connection.run(factsSql(generated, first, Math.min(generated.facts, first + AT_ONCE)));
  await connection.run("drop table tail");
  await connection.run("drop table night");
  await connection.run(filesSql(generated));
  await connection.run(daysSql(generated));
}

/** Ids and digests end in one of 1024 tails, as those of the demo's bulk events do; what comes before tells them apart. */
const TAILS = `create temp table tail as
  select i as slot, '-' || md5('id' || i)[1:4] || '-4' || md5('id' || i)[5:7] || '-a' || md5('id' || i)[8:10] || '-' || md5('id' || i)[11:22] as id_tail,
    md5('digest' || i) || md5('more' || i)[1:24] as digest_tail
  from range(1024) as listed (i)`;

const literal = (at: Date) => `timestamp '${at.toISOString().slice(0, 23).replace("T", " ")}'`;
const DAY_US = 86_400_000_000n;

function fileName({ org, night, until, facts }: Generated): string {
  const nights = Math.ceil(facts / night);
  const end = `${literal(until)} - to_days((${nights - 1} - n)::integer)`;
  const compact = (at: string) => `strftime(${at}, '%Y%m%dT%H%M%S%gZ')`;
  return `'raw/auditlog/org=${org}/' || ${compact(end)} || '-abc123-0001_' || ${compact(`${end} - interval 1 day`)} || '_' || ${compact(end)} || '.parquet'`;
}

/** Facts `[first, last)`; fact i is of night i // night, and times rise with i. */
function factsSql(generated: Generated, first: number, last: number): string {
  const { org, facts, night, members, until } = generated;
  const nights = BigInt(Math.ceil(facts / night));
  const stepUs = DAY_US / BigInt(night);
  return `insert into fct_usage by name
    with drawn as (
      select i, i // ${night} as n, i % 1024 as slot, hash(i) as dice,
        ${literal(until)} - to_microseconds(${nights * DAY_US}) + to_microseconds(i * ${stepUs} + (hash(i) % 1000)::bigint * ${stepUs / 1000n}) as occurred_at,
        printf('%08x', i) as id_head
      from range(${first}, ${last}) as listed (i)
    ),
    event as (
      select *,
        printf('user%05d', (dice >> 8) % ${members}) as actor,
        dice % 100 < 20 as via_token,
        case when dice % 100 < 94 then 'repo.tag.push' when dice % 100 < 97 then 'offload.lease.end' else 'org.team.member.add' end as source_action,
        case when dice % 100 < 94 then '${org}/service-' || ((dice >> 16) % 60) else '${org}' end as resource,
        '1.' || (i % 50) || '.' || (i % 7) as tag
      from drawn
    )
    select id_head || id_tail as fact_id, '${org}' as org, occurred_at, rule.action, event.source_action, rule.category, rule.verb,
      event.actor, 'member' as actor_kind, via_token and is_push as via_token, case when via_token and is_push then 'CI' end as token_label, resource,
      case when is_push then tag end as tag, case when is_push then digest end as digest, 1 as quantity, 'auditlog' as source,
      case when is_push then 'pushed the tag ' || tag || ' to the repository ' || resource else event.source_action end as description,
      case when is_push then '{"digest":"' || digest || '","tag":"' || tag || '"}' else '{"resource_type":"run_4cpu_8mem"}' end as data,
      id_head || id_tail as event_id, 'bench' as run_id, night.raw_file, i % ${night} as raw_row
    from (
      select event.*, id_tail, source_action = 'repo.tag.push' as is_push, 'sha256:' || id_head || digest_tail as digest
      from event
      join tail on tail.slot = event.slot
    ) as event
    join night on night.n = event.n
    join dim_action as rule on rule.source_action = event.source_action`;
}

function filesSql(generated: Generated): string {
  const { org, facts, night, until } = generated;
  const nights = Math.ceil(facts / night);
  const end = `(${literal(until)} - to_days((${nights - 1} - n)::integer))`;
  return `insert into ops.loaded_files by name
    select ${fileName(generated)} as raw_file, '${org}' as org, 'auditlog' as stream, 'window' as kind, 'bench' as run_id, ${end} as read_at,
      case when n = 0 then timestamp '2013-01-01' else ${end} - interval 1 day end as window_from, ${end} as window_to,
      ${end} - interval 1 day as oldest_event_at, count as records, count as facts, 0 as rejected, 0 as duplicates, ${end} as loaded_at
    from (select n, least(${night}, ${facts} - n * ${night}) as count from range(${nights}) as listed (n))`;
}

function daysSql({ org }: Generated): string {
  return `insert into ops.event_days by name
    select facts.raw_file, '${org}' as org, any_value(files.read_at) as read_at, cast(occurred_at as date) as event_date,
      min(occurred_at) as first_event_at, count(*) as events
    from fct_usage as facts
    join ops.loaded_files as files on files.raw_file = facts.raw_file
    where facts.source = 'auditlog'
    group by facts.raw_file, event_date`;
}
