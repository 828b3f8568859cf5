import type { Transaction } from "kysely";
import { parsedRepositories } from "../../transform/listings.ts";
import type { Warehouse } from "../../transform/warehouse.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each repository as the newest list has it, and its size and pulls of each day. */
export const mergeRepositories = mergeLists({
  stream: "repositories",
  parsed: parsedRepositories,
  keep: () => [statement("merge/keep_repositories"), statement("merge/keep_repository_sizes")],
  tables: ["ops.listed_repositories", "ops.repository_sizes"],
  warningsByFile: warnOfPublicOnly,
});

/** Said once, of the first list: an organization may well have no private repository. */
async function warnOfPublicOnly(tx: Transaction<Warehouse>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await statement<{ org: string; raw_file: string }>("merge/first_public_lists").execute(tx);
  return new Map(
    rows.map(({ org, raw_file }) => [
      raw_file,
      `${org}: no private repository was listed; without the scope Repository List private ones are silently missing. Give the token that scope, or go on where there are none`,
    ]),
  );
}
