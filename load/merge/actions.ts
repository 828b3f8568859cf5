import type { Transaction } from "kysely";
import { ACTIONS, type ActionRule } from "../../transform/actions.ts";
import { parsedCatalog } from "../../transform/catalog.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import type { WarehouseFile } from "../warehouse/open.ts";
import { statement } from "../warehouse/statement.ts";
import { fileByFile } from "./file-by-file.ts";
import { keepListed, type Listed } from "./keep-listed.ts";
import { type MergeCount, recordFile } from "./loaded-file.ts";
import type { Merge } from "./merge-unit.ts";
import type { RawFileInfo } from "./raw-files.ts";
import { addRejected } from "./rejected.ts";
import { makeTemp } from "./temp-table.ts";

const LISTED_ACTIONS: Listed = { table: "ops.listed_actions", key: "source_action", columns: ["entry"] };

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

/** Adds the actions of a raw catalog file that nothing knew yet, with the source's own words, and keeps whom it lists them for. */
export const mergeCatalog: Merge = {
  most: 1,
  beside: null,
  isByOrg: false,
  isRepetitive: false,
  tables: [LISTED_ACTIONS.table],
  merge: fileByFile(mergeList),
};

async function mergeList(tx: Transaction<Warehouse>, file: RawFileInfo): Promise<MergeCount> {
  await makeTemp(tx, "incoming_actions", parsedCatalog(file.path));
  await statement("merge/add_listed_actions").execute(tx);
  await statement("merge/word_met_actions").execute(tx);
  const { org, read_at, name: raw_file } = file;
  await keepListed(LISTED_ACTIONS, statement("merge/listed_actions", { org, read_at, raw_file })).execute(tx);
  const rejected = await addRejected(tx, file);
  return recordFile(tx, file, file.kind, { facts: 0, rejected });
}
