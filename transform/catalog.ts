import { query } from "./query.ts";

/** The source's own list of actions, parsed: one row a record, with the reason where it names no action. Path of one list's file. */
export const parsedCatalog = (path: string) => query("parsed_catalog", { path });
