import { query } from "./query.ts";

/** Raw teams of the lists in `incoming_lists`, parsed: one row a record, with the reason where it has no name. */
export const parsedTeams = (paths: readonly string[]) => query("parsed_teams", { paths });

/** The same of raw repositories. */
export const parsedRepositories = (paths: readonly string[]) => query("parsed_repositories", { paths });

/** The same of raw access tokens, where the reason is that one has no id. */
export const parsedTokens = (paths: readonly string[]) => query("parsed_tokens", { paths });
