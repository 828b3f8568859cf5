import { parsedTeams } from "../../transform/listings.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each team as the newest list has it. */
export const mergeGroups = mergeLists({
  stream: "groups",
  parsed: parsedTeams,
  listed: { table: "ops.listed_teams", key: "team", columns: ["description", "member_count"] },
});
