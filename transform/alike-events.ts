import { query } from "./query.ts";

/**
 * Docker documents no `event_id`, yet its samples have some: it may come or go. Then the same event has another identity in the
 * next reading, and its contents must decide. Everything here looks only at events that share their instant with one that has
 * an id where they have none, or the other way round: mostly at nothing.
 */
export interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Whether fresh records meet events of the other kind, `known` ones or in the `batch` itself. */
export const meetings = ({ from, to }: Range) => query<{ known: boolean; batch: boolean }>("meetings", { from, to });

/** The batch's events of the instants at which they meet known ones of the other kind: `incoming_shown`. */
export const meetingEvents = ({ from, to }: Range) => query("meeting_events", { from, to });

/** Those, as facts in `incoming_shown_facts`, and the known facts of their instants side by side: `incoming_compared`. */
export const comparedFacts = ({ from, to }: Range) => query("compared_facts", { from, to });

/** What to hash of `incoming_compared`. */
export const COMPARED_CONTENTS = "compared_contents";

/** Takes out of the fresh records those that are known under another identity. */
export const dropAlike = () => query("drop_alike");
