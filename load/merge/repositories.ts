import type { Transaction } from "kysely";
import { parsedRepositories } from "../../transform/listings.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";
import type { RawFileInfo } from "./raw-files.ts";

/** Keeps each repository as the newest list has it, and its size and pulls of each day. */
export const mergeRepositories = mergeLists({
  stream: "repositories",
  parsed: parsedRepositories,
  keep: () => [statement("merge/keep_repositories"), statement("merge/keep_repository_sizes")],
  tables: ["ops.listed_repositories", "ops.repository_sizes"],
  warningsOf: warnOfPublicOnly,
});

/** Said once, of the first list: an organization may well have no private repository. */
async function warnOfPublicOnly(tx: Transaction<Warehouse>, { org, name }: RawFileInfo): Promise<string[]> {
  const { rows } = await statement("merge/first_public_lists", { org, raw_file: name }).execute(tx);
  if (rows.length === 0) return [];
  return [
    `${org}: no private repository was listed; without the scope Repository List private ones are silently missing. Give the token that scope, or go on where there are none`,
  ];
}
