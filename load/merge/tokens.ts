import { parsedTokens } from "../../transform/listings.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each access token of an organization as the newest list has it. */
export const mergeTokens = mergeLists({
  stream: "tokens",
  parsed: parsedTokens,
  keep: ["keep_tokens"],
  tables: ["ops.listed_tokens"],
});
