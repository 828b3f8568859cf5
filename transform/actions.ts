import { parseSeed, readSeed, type Seed, SeedError, type SeedRow } from "./seed-file.ts";

/**
 * What an action of Docker Hub's audit log means: a row of sql/seeds/dim_action.csv, loaded as `dim_action`, which the facts' query
 * joins. An action that is not there keeps its name, takes its category from its first word, and is counted.
 *
 * The names are Docker's published list of audit actions (its OpenAPI document of 2025-11 and, for older ones, of 2025-03), and
 * names without their group, as Docker's lists of actions print them. Docker's labels for team events are wrong there
 * ("Organization Created"); ours say what the documentation's pages say.
 */
export interface ActionRule {
  /** As the source says it. */
  readonly source_action: string;
  /** The canonical name. */
  readonly action: string;
  /** The canonical name's first word. */
  readonly category: string;
  readonly verb: string;
  /** A person worked with images, repositories or compute; administration is no usage (but is activity all the same). */
  readonly is_usage: boolean;
  /** Mostly done by pipelines rather than by hand. */
  readonly is_automation_likely: boolean;
  /** The published list that first named it; "docktally" for names of our own sources. */
  readonly known_since: string;
  readonly label: string;
  readonly meaning: string;
}

const WORD = /^[a-z0-9_-]+$/;
const FLAG = /^(true|false)$/;

const SEED: Seed<keyof ActionRule> = {
  file: "dim_action.csv",
  columns: [
    ["source_action", /^[a-z0-9_.-]+$/, "a name in lower case"],
    ["action", /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/, "words in lower case with dots between them"],
    ["category", WORD, "one word"],
    ["verb", WORD, "one word"],
    ["is_usage", FLAG, "true or false"],
    ["is_automation_likely", FLAG, "true or false"],
    ["known_since", /^(\d{4}-\d{2}|docktally)$/, "a month (YYYY-MM) or docktally"],
    ["label", /\S/, "a text"],
    ["meaning", /\S/, "a text"],
  ],
};

/** Every action known beforehand, aliases included; one rule a source action. */
export const ACTIONS: readonly ActionRule[] = rulesOf(readSeed(SEED));

/** @throws SeedError at the first line that is wrong */
export function parseActionRules(text: string): ActionRule[] {
  return rulesOf(parseSeed(SEED, text));
}

function rulesOf(rows: readonly SeedRow<keyof ActionRule>[]): ActionRule[] {
  return rows.map((row, i) => {
    const first = row.action.slice(0, row.action.indexOf("."));
    if (row.category !== first) {
      const message = `found "${row.category}"; expected "${first}", the first word of ${row.action}`;
      throw new SeedError(SEED, i + 2, { column: "category", message });
    }
    return {
      ...row,
      is_usage: row.is_usage === "true",
      is_automation_likely: row.is_automation_likely === "true",
    };
  });
}
