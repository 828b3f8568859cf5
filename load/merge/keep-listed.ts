import { type RawBuilder, sql } from "kysely";

/** A table of what lists name, one row per org and key, and which of its columns are as the newest list has them. */
export interface Listed {
  readonly table: string;
  readonly key: string;
  readonly columns: readonly string[];
}

/** The newest record of each key in `incoming_<stream>`, with since when and until when it was listed. */
export function newestOf(stream: string, { key, columns }: Listed): RawBuilder<unknown> {
  const kept = [...columns, "raw_file"].map((column) => sql.ref(column));
  return sql`
    select
      org,
      ${sql.ref(key)},
      min(read_at) as first_listed_at,
      max(read_at) as last_listed_at,
      unnest(arg_max(struct_pack(${sql.join(kept)}), (read_at, raw_file, raw_row)))
    from ${sql.table(`incoming_${stream}`)}
    where reason is null
    group by org, ${sql.ref(key)}`;
}

/** Lets what is newer in `listed` take the place of what is known; the oldest list says since when. */
export function keepListed({ table, key, columns }: Listed, listed: RawBuilder<unknown>): RawBuilder<unknown> {
  const newest = [...columns, "last_listed_at", "raw_file"].map((column) => {
    return sql`${sql.ref(column)} = ${sql.ref(`listed.${column}`)}`;
  });
  return sql`
    merge into ${sql.table(table)} as known
    using (${listed}) as listed
    on known.org = listed.org and ${sql.ref(`known.${key}`)} = ${sql.ref(`listed.${key}`)}
    when matched and (listed.last_listed_at, listed.raw_file) > (known.last_listed_at, known.raw_file) then update set
      ${sql.join(newest)},
      first_listed_at = least(known.first_listed_at, listed.first_listed_at)
    when matched and listed.first_listed_at < known.first_listed_at then update set
      first_listed_at = listed.first_listed_at
    when not matched then insert by name`;
}
