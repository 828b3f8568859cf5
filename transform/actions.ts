import { readFileSync } from "node:fs";

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

const FILE = "sql/seeds/dim_action.csv";

/** What the text of each column looks like, in the file's order. */
const COLUMNS: readonly (readonly [column: keyof ActionRule, shape: RegExp, expected: string])[] = [
  ["source_action", /^[a-z0-9_.-]+$/, "a name in lower case"],
  ["action", /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/, "words in lower case with dots between them"],
  ["category", /^[a-z0-9_-]+$/, "one word"],
  ["verb", /^[a-z0-9_-]+$/, "one word"],
  ["is_usage", /^(true|false)$/, "true or false"],
  ["is_automation_likely", /^(true|false)$/, "true or false"],
  ["known_since", /^(\d{4}-\d{2}|docktally)$/, "a month (YYYY-MM) or docktally"],
  ["label", /\S/, "a text"],
  ["meaning", /\S/, "a text"],
];

/** A line of the rules that does not say what a rule must say. */
export class ActionRuleError extends Error {
  override readonly name = "ActionRuleError";
  constructor(line: number, column: string, message: string) {
    super(`${FILE}, line ${line}, column ${column}: ${message}`);
  }
}

/** Every action known beforehand, aliases included; one rule a source action. */
export const ACTIONS: readonly ActionRule[] = parseActionRules(
  readFileSync(new URL(`../${FILE}`, import.meta.url), "utf8"),
);

/** @throws ActionRuleError at the first line that is wrong */
export function parseActionRules(text: string): ActionRule[] {
  const [header = "", ...lines] = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const expected = COLUMNS.map(([column]) => column).join(",");
  if (header !== expected) throw new ActionRuleError(1, "1", `the header is "${header}"; expected "${expected}"`);
  const lineOf = new Map<string, number>();
  return lines.map((line, i) => {
    const rule = readRule(cellsOf(line, i + 2), i + 2);
    const first = lineOf.get(rule.source_action);
    if (first !== undefined)
      throw new ActionRuleError(i + 2, "source_action", `"${rule.source_action}" stands on line ${first} too`);
    lineOf.set(rule.source_action, i + 2);
    return rule;
  });
}

/** The cells of a line: commas between them, a quote doubled inside quotes; a cell is never broken over two lines. */
function cellsOf(line: string, number: number): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  let more = true;
  while (more) {
    const column = COLUMNS[cells.length]?.[0] ?? String(cells.length + 1);
    const found = cell.exec(line);
    if (found === null) throw new ActionRuleError(number, column, "a quote that is not closed, or not doubled");
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    more = found[3] === ",";
  }
  return cells;
}

function readRule(cells: readonly string[], line: number): ActionRule {
  for (const [i, [column, shape, expected]] of COLUMNS.entries()) {
    const cell = cells[i];
    if (cell === undefined) throw new ActionRuleError(line, column, `missing; expected ${expected}`);
    if (!shape.test(cell) || cell.trim() !== cell)
      throw new ActionRuleError(line, column, `found "${cell}"; expected ${expected}`);
  }
  const extra = cells[COLUMNS.length];
  if (extra !== undefined)
    throw new ActionRuleError(line, String(COLUMNS.length + 1), `found "${extra}"; expected the line's end`);
  const rule = Object.fromEntries(COLUMNS.map(([column], i) => [column, cells[i]])) as Record<keyof ActionRule, string>;
  const firstWord = rule.action.slice(0, rule.action.indexOf("."));
  if (rule.category !== firstWord)
    throw new ActionRuleError(line, "category", `found "${rule.category}"; expected the first word of ${rule.action}`);
  return {
    ...rule,
    is_usage: rule.is_usage === "true",
    is_automation_likely: rule.is_automation_likely === "true",
  };
}
