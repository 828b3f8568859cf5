import { parsedTokens } from "../../transform/listings.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each access token of an organization as the newest list has it. */
export const mergeTokens = mergeLists({
  stream: "tokens",
  parsed: parsedTokens,
  keep: () => [statement("merge/keep_tokens")],
  tables: ["ops.listed_tokens"],
});
