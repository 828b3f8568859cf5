import { sql, type Transaction } from "kysely";
import { ACTIONS, type ActionRule } from "../../transform/actions.ts";
import { parsedCatalog } from "../../transform/catalog.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { underTheirNames } from "../organizations.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import { type MergeCount, recordFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";

/** Makes `dim_action` hold today's rule table; actions met in the data or in the source's catalog stay beside it. */
export async function loadActionRules(
  { transaction }: WarehouseFile,
  rules: readonly ActionRule[] = ACTIONS,
): Promise<void> {
  await transaction(async (tx) => {
    const known = rules.map((rule) => rule.source_action);
    await tx
      .deleteFrom("dim_action")
      .where((eb) => eb.or([eb("is_known", "=", true), eb("source_action", "in", known)]))
      .execute();
    await tx
      .insertInto("dim_action")
      .values(rules.map((rule) => ({ ...rule, is_known: true })))
      .execute();
  });
}

/** Adds the actions of a raw catalog file that nothing knew yet, with the source's own words. */
export const mergeCatalog: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [],
  merge: ({ transaction }, units) =>
    transaction(async (tx) => {
      const files = await underTheirNames(
        tx,
        units.map(({ file }) => file),
      );
      const counts: MergeCount[] = [];
      for (const file of files) counts.push(await mergeList(tx, file));
      return counts;
    }),
};

async function mergeList(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<MergeCount> {
  await sql`create or replace temp table incoming_actions as ${parsedCatalog(file.path)}`.execute(tx);
  await sql`
      insert into dim_action by name
      select
        source_action, source_action as action, coalesce(nullif(trim(split_part(source_action, '.', 1)), ''), 'unknown') as category,
        coalesce(nullif(trim(split_part(source_action, '.', -1)), ''), 'unknown') as verb,
        false as is_usage, false as is_automation_likely, 'source catalog' as known_since, false as is_known, label, meaning
      from incoming_actions
      where reason is null and source_action not in (select source_action from dim_action)
      qualify row_number() over (partition by source_action order by raw_row) = 1`.execute(tx);
  await sql`
      update dim_action set label = listed.label, meaning = listed.meaning, known_since = 'source catalog'
      from (
        select source_action, arg_min(label, raw_row) as label, arg_min(meaning, raw_row) as meaning
        from incoming_actions
        where reason is null
        group by all
      ) as listed
      where not dim_action.is_known and dim_action.known_since is null and dim_action.source_action = listed.source_action`.execute(
    tx,
  );
  const rejected = await addRejected(tx, file);
  return recordFile(tx, file, file.kind, { facts: 0, rejected });
}
