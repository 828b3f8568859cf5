import { type RawBuilder, sql } from "kysely";
import { knownIn, type Range } from "./alike-events.ts";
import { filesRelation, type RawFile } from "./auditlog.ts";
import type { Hashed } from "./identity.ts";

/** Known facts whose ids fresh records bring again: they lie outside the batch's own time, and of the whole history ids alone are read. */
export const metLater = sql`
  select known.rowid as row
  from fct_usage as known
  join (select org, fact_id from incoming_fresh where has_event_id) as fresh on fresh.fact_id = known.fact_id and fresh.org = known.org`;

/** How many records of the batch repeat an `event_id` of the batch. */
export const repeatsWithin = sql<{ repeats: bigint }>`
  select (select count(*) from incoming where event_id is not null and reason is null)
    - (select count(*) from incoming_identified where has_event_id) as repeats`;

const recordsIn = (files: readonly RawFile[]) => sql`(
  select event.row_id, event.org, event_id, occurred_at, source_action, event.name, source_actor, data, run_id, file.name as raw_file, raw_row
  from incoming as event
  join ${filesRelation(files)} on file.number = event.file_number
  where event_id is not null and reason is null
)`;

const sides = sql`
  record.row_id, record.org, record.event_id, record.occurred_at, record.source_action, record.data,
  first.occurred_at as first_at, first.source_action as first_action, first.data as first_data`;

/**
 * Records that bring a known `event_id` with something else to say, beside the fact that has it. `wins` where the record is of
 * the same run and the earlier one: windows of a run are merged in the order in which they came, and that is chance.
 */
export function repeatsOfKnown(files: readonly RawFile[], range: Range): RawBuilder<unknown> {
  return sql`
    select
      ${sides},
      first.row as first_row,
      first.raw_file as first_file,
      record.occurred_at <> first.occurred_at or record.source_action <> first.source_action
        or record.name is distinct from first.resource
        or not starts_with(coalesce(lower(record.source_actor), ''), coalesce(first.actor, '')) as is_other,
      record.run_id = first.run_id
        and (record.occurred_at, record.raw_file, record.raw_row) < (first.occurred_at, first.raw_file, first.raw_row) as wins,
    from ${recordsIn(files)} as record
    join incoming_identified as named on named.row_id = record.row_id
    join (
      from ${knownIn(range)} where has_event_id
      union all
      select rowid as row, *, true as has_event_id from fct_usage where rowid in (select row from incoming_met)
    ) as first on first.org = record.org and first.fact_id = record.event_id
    where is_other or record.data is distinct from first.data`;
}

/** The same within the batch, where several records have one id. */
export function repeatsOfEachOther(files: readonly RawFile[]): RawBuilder<unknown> {
  return sql`
    select
      ${sides},
      null::bigint as first_row,
      null::varchar as first_file,
      (record.occurred_at, record.source_action, record.name, record.source_actor)
        is distinct from (first.occurred_at, first.source_action, first.name, first.source_actor) as is_other,
      false as wins,
    from ${recordsIn(files)} as record
    join incoming_identified as named on named.org = record.org and named.fact_id = record.event_id and named.row_id <> record.row_id
    join incoming as first on first.row_id = named.row_id
    where is_other or record.data is distinct from first.data`;
}

/** The `data` of both sides, where only the text of it differs. */
export const BOTH_DATA: Hashed = {
  rows: sql`
    select row_id * 2 as key, data from incoming_repeats where not is_other
    union all
    select row_id * 2 + 1, first_data from incoming_repeats where not is_other`,
  keep: [],
  hashOf: (canonical) => sql`md5(coalesce(${canonical}, chr(0)))`,
};

/** The order of keys is no other content. */
export const dropSameData = sql`
  delete from incoming_repeats
  where not is_other
    and (select hash from incoming_data where key = row_id * 2) = (select hash from incoming_data where key = row_id * 2 + 1)`;
