import { parsedTokens } from "../../transform/listings.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each access token of an organization as the newest list has it. */
export const mergeTokens = mergeLists({
  stream: "tokens",
  parsed: parsedTokens,
  listed: {
    table: "ops.listed_tokens",
    key: "token_id",
    columns: ["label", "created_by", "is_active", "created_at", "expires_at", "last_used_at"],
  },
});
