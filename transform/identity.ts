import { query, textOf } from "./query.ts";

/** Of the rows of `contents` (a query of sql/transform): the hashes that need no walk, and where one does, its `portion`. */
export const flatHashes = (contents: string) => query("flat_hashes", { contents: textOf(contents) });

/** The second step, `key, hash` of one portion of the table `flat` that the first one made. */
export const deepHashes = (contents: string, flat: string, portion: bigint) =>
  query("deep_hashes", { contents: textOf(contents), flat, portion: Number(portion) });

/**
 * What to hash for a record's identity where the source gives no `event_id`: its fields, `data` in a canonical form
 * (keys sorted, at every depth); a number keeps truly identical events of one reading apart.
 */
export const UNNAMED_EVENTS = "unnamed_events";

/** Which records of the batch have no `event_id`. */
export const unnamedRows = () => query("unnamed_rows");

/** Of the identities that several records of the batch may have, or that are hashes, which record is the fact: `incoming_gathered`. */
export const gatheredEvents = () => query("gathered_events");

/** Which records of the batch are facts, each identity once: `row_id, org, fact_id, occurred_at, has_event_id`. */
export const identifiedEvents = () => query("identified_events");
