import { createHash } from "node:crypto";
import { ACTIONS, type ActionRule } from "./actions.ts";
import { query } from "./query.ts";

/**
 * What a fact is called: everything here can be derived from a fact again when the rules change. Raise FACTS_VERSION where what is
 * derived from the raw record alone changes (identity, time, actor): the warehouse is then made again from the raw files.
 */
export const FACTS_VERSION = 1;

/** As in the macro `data_fields`: another text is another version of the rules. */
export const DATA_SHAPE = JSON.stringify({
  tag: "VARCHAR",
  digest: "VARCHAR",
  access_token_id: "VARCHAR",
  access_token_label: "VARCHAR",
  username: "VARCHAR",
  member: "VARCHAR",
  invitee: "VARCHAR",
});

/** As in the macro `subject_of`. */
export const ABOUT_A_PERSON = "(^|\\.)(members?|invites?|invitees?)(\\.|$)";

/** Tells two versions of the rules apart, whatever versions of the program they came with. */
export function rulesVersion(rules: readonly ActionRule[] = ACTIONS): string {
  const named = rules
    .map(({ source_action, action, category, verb }) => [source_action, action, category, verb])
    .sort();
  return createHash("md5")
    .update(JSON.stringify([named, DATA_SHAPE, ABOUT_A_PERSON]))
    .digest("hex");
}

/** Facts that today's rules call otherwise: `row` and their new names; all of them have a row in `dim_action`. */
export const renamedFacts = (source_action: string) => query("renamed_facts", { source_action });
