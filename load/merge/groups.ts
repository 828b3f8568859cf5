import { parsedTeams } from "../../transform/listings.ts";
import { statement } from "../warehouse/statement.ts";
import { mergeLists } from "./lists.ts";

/** Keeps each team as the newest list has it. */
export const mergeGroups = mergeLists({
  stream: "groups",
  parsed: parsedTeams,
  keep: () => [statement("merge/keep_teams")],
  tables: ["ops.listed_teams"],
});
