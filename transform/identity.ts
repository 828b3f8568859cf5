import { type RawBuilder, sql } from "kysely";

/**
 * A JSON value in canonical form: each of its nodes as path, type and value, sorted by path. The engine's walk over the tree
 * gives it for any value; it needs some kilobytes a record.
 */
const TREE = sql`string_agg(leaf.fullkey || chr(30) || leaf.type || chr(30) || coalesce(leaf.atom::varchar, ''), chr(29) order by leaf.fullkey, leaf.id desc)`;

/** The same text of an object without objects and lists in it, from its sorted entries: what Docker documents, and seven times as fast. */
const FLAT = sql`'$' || chr(30) || 'OBJECT' || chr(30) || array_to_string(
  list_transform(
    list_sort(entries),
    lambda entry: chr(29) || '$.' || entry.key || chr(30) || coalesce(json_type(entry.value), 'NULL') || chr(30) || coalesce(entry.value::varchar, '')
  ), '')`;

/** Whether `entries` need the walk; keys that stand twice do, since their order is the tree's. */
const IS_DEEP = sql`coalesce(
  len(list_filter(entries, lambda entry: starts_with(entry.value::varchar, '{') or starts_with(entry.value::varchar, '[')))
    + len(entries) - list_unique(list_transform(entries, lambda entry: entry.key)) > 0,
  data is not null)`;

/** Which rows to hash: a query with a `key` and the JSON of each in `data`; `keep` are columns that go on beside the hash. */
export interface Hashed {
  readonly rows: RawBuilder<unknown>;
  readonly keep: readonly string[];
  /** The hash, given the canonical form of `data` (null where there is none); it may name every column of `rows`. */
  readonly hashOf: (canonical: RawBuilder<unknown>) => RawBuilder<unknown>;
}

/** What the walk over the tree takes at a time: JSON text, and something for each record. */
const PORTION_BYTES = 1_000_000;
const RECORD_BYTES = 200;

/** The first of two steps: `key`, the columns kept, `hash`, and where that hash is not to be used but one of `deepHashes`, the `portion` it comes in. */
export function flatHashes({ rows, keep, hashOf }: Hashed): RawBuilder<unknown> {
  const columns = sql.join(["key", ...keep].map((name) => sql.ref(name)));
  return sql`
    with hashed as (
      select ${columns}, ${hashOf(FLAT)} as hash, case when ${IS_DEEP} then strlen(data) + ${sql.lit(RECORD_BYTES)} end as deep_bytes
      from (select *, map_entries(from_json(data, '"MAP(VARCHAR, JSON)"')) as entries from (${rows}))
    )
    select ${columns}, hash, null::bigint as portion from hashed where deep_bytes is null
    union all
    select ${columns}, null, (sum(deep_bytes) over (order by key rows unbounded preceding) // ${sql.lit(PORTION_BYTES)})::bigint
    from hashed where deep_bytes is not null`;
}

/** The second step, `key, hash` of one portion of the table `flat` that the first one made: the engine keeps the whole walk in memory. */
export function deepHashes(flat: string, portion: bigint, { rows, hashOf }: Hashed): RawBuilder<unknown> {
  return sql`
    with deep as not materialized (
      select * from (${rows}) semi join (select key from ${sql.table(flat)} where portion = ${sql.lit(Number(portion))}) as named using (key)
    ),
    walked as (select deep.key, ${TREE} as canonical from deep, json_tree(deep.data) as leaf group by deep.key)
    select key, ${hashOf(sql`canonical`)} as hash from deep join walked using (key)`;
}

/**
 * A record's identity where the source gives no `event_id`: a 128-bit hash of what the event says, `data` in a canonical
 * form (keys sorted, at every depth), and a number that tells truly identical events of one reading apart.
 */
export const UNNAMED_EVENTS: Hashed = {
  rows: sql`select row_id as key, * from incoming where event_id is null and reason is null`,
  keep: ["file_number", "org", "run_id", "occurred_at"],
  hashOf: (canonical) => sql`
    md5(concat_ws(chr(31), hash_org, coalesce(account, chr(0)), source_action, coalesce(name, chr(0)), coalesce(source_actor, chr(0)),
      epoch_us(occurred_at), coalesce(${canonical}, chr(0))))`,
};

/**
 * Which records of the batch are facts, each identity once: `row_id, org, fact_id, occurred_at, has_event_id`. Of several, the
 * first reading wins, and within one run's the earliest event: whatever order its windows came in, the same one.
 */
export function identifiedEvents(): RawBuilder<unknown> {
  return sql`
    select
      org, fact_id,
      arg_min(row_id, (run_id, occurred_at, row_id)) as row_id,
      arg_min(occurred_at, (run_id, occurred_at, row_id)) as occurred_at,
      bool_or(has_event_id) as has_event_id,
    from (
      select row_id, org, run_id, occurred_at, event_id as fact_id, true as has_event_id
      from incoming
      where event_id is not null and reason is null
      union all by name
      select
        key as row_id, org, run_id, occurred_at,
        md5(hash || '#' || row_number() over (partition by file_number, hash order by key)) as fact_id,
        false as has_event_id,
      from incoming_hashes
    )
    group by org, fact_id`;
}
