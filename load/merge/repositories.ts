import { parsedRepositories } from "../../transform/listings.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each repository as the newest list has it, and its size and pulls of each day. */
export const mergeRepositories = mergeLists({
  stream: "repositories",
  parsed: parsedRepositories,
  keep: () => [statement("merge/keep_repositories"), statement("merge/keep_repository_sizes")],
  tables: ["ops.listed_repositories", "ops.repository_sizes"],
});
