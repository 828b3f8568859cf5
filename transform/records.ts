import { type RawBuilder, sql } from "kysely";

/** Any value of JSON: what it is, is asked where it is used, since a source may send anything. */
const shapeOf = (fields: readonly string[]) =>
  sql.lit(JSON.stringify(Object.fromEntries(fields.map((f) => [f, "JSON"]))));

/** Text out of a value of JSON; a list or an object is none. */
export const textOf = (value: RawBuilder<unknown>) =>
  sql`case when json_type(${value}) not in ('OBJECT', 'ARRAY') then nullif(trim(${value} ->> '$'), '') end`;

/** Records of a raw file of one list, taken apart: `said` has the fields, null where the payload is no JSON that can be read. */
export const records = (path: string, fields: readonly string[]) => sql`
  select
    file_row_number as raw_row, window_to as read_at, payload,
    try(json_type(payload)) as json_kind,
    try(json_transform(payload, ${shapeOf(fields)})) as said,
  from read_parquet(${sql.lit(path)}, file_row_number = true, hive_partitioning = false)`;

/** Why a record is nothing that can be used; null where it is. */
export const reasonOf = (needed: RawBuilder<unknown>, missing: string) => sql`case
  when json_kind is null or (json_kind = 'OBJECT' and said is null) then 'malformed_json'
  when json_kind <> 'OBJECT' then 'not_an_object'
  when ${needed} is null then ${sql.lit(missing)}
end`;
