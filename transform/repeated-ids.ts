import type { Range } from "./alike-events.ts";
import { query } from "./query.ts";

/** Known facts whose ids fresh records bring again, outside the batch's own time. */
export const metLater = () => query("met_later");

/** Which records of the batch have an `event_id` that another event may have: most batches have a few, of windows that overlap. */
export const suspectRows = () => query("suspect_rows");

/** Records that bring a known `event_id` with other contents, beside the fact that has it. */
export const repeatsOfKnown = ({ from, to }: Range) => query("repeats_of_known", { from, to });

/** The same within the batch, where several records have one id. */
export const repeatsOfEachOther = () => query("repeats_of_each_other");

/** What to hash where only the text of `data` differs. */
export const REPEATED_DATA = "repeated_data";

/** The order of keys is no other content. */
export const dropSameData = () => query("drop_same_data");
