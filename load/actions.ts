import { sql } from "kysely";
import { ACTIONS } from "../transform/actions.ts";
import type { MergeCount } from "./merge-audit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import type { WarehouseFile } from "./warehouse-file.ts";

/** Makes `dim_action` hold today's rule table; actions met in the data or in the source's catalog stay beside it. */
export async function loadActionRules({ transaction }: WarehouseFile): Promise<void> {
  await transaction(async (tx) => {
    const known = ACTIONS.map((rule) => rule.source_action);
    await tx
      .deleteFrom("dim_action")
      .where((eb) => eb.or([eb("is_known", "=", true), eb("source_action", "in", known)]))
      .execute();
    await tx
      .insertInto("dim_action")
      .values(ACTIONS.map((rule) => ({ ...rule, is_known: true })))
      .execute();
  });
}

/** Adds the actions of a raw catalog file that nothing knew yet, with the source's own words. */
export async function mergeCatalog({ transaction }: WarehouseFile, file: RawFileInfo): Promise<MergeCount> {
  const { name: raw_file, org, stream, kind, run_id, read_at, window_from, window_to, records } = file;
  await transaction(async (tx) => {
    await sql`
      insert into dim_action by name
      with listed as (
        select payload ->> '$.action' as source_action, payload ->> '$.label' as label, payload ->> '$.description' as meaning
        from read_parquet(${sql.lit(file.path)}, hive_partitioning = false)
      )
      select
        source_action, source_action as action, coalesce(nullif(split_part(source_action, '.', 1), ''), 'unknown') as category,
        coalesce(nullif(split_part(source_action, '.', -1), ''), 'unknown') as verb,
        false as is_usage, false as is_automation_likely, 'source catalog' as known_since, false as is_known, label, meaning
      from listed
      where source_action is not null and source_action not in (select source_action from dim_action)
      qualify row_number() over (partition by source_action) = 1`.execute(tx);
    await sql`
      update dim_action set label = listed.label, meaning = listed.meaning, known_since = 'source catalog'
      from (
        select payload ->> '$.action' as source_action, any_value(payload ->> '$.label') as label, any_value(payload ->> '$.description') as meaning
        from read_parquet(${sql.lit(file.path)}, hive_partitioning = false)
        group by all
      ) as listed
      where not dim_action.is_known and dim_action.known_since is null and dim_action.source_action = listed.source_action`.execute(
      tx,
    );
    await tx
      .insertInto("ops.loaded_files")
      .values({
        raw_file,
        org,
        stream,
        kind,
        run_id,
        read_at,
        window_from,
        window_to,
        oldest_event_at: null,
        records,
        facts: 0,
        rejected: 0,
        duplicates: 0,
        loaded_at: new Date(),
      })
      .execute();
  });
  return { org, records, facts: 0, rejected: 0, duplicates: 0 };
}
