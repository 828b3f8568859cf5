import { parsedRepositories } from "../../transform/listings.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each repository as the newest list has it, and its size and pulls of each day. */
export const mergeRepositories = mergeLists({
  stream: "repositories",
  parsed: parsedRepositories,
  listed: {
    table: "ops.listed_repositories",
    key: "repository",
    columns: ["is_private", "storage_size", "pull_count", "last_updated_at"],
  },
  also: { table: "ops.repository_sizes", keep: () => statement("merge/keep_repository_sizes") },
});
