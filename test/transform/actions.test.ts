import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ACTIONS, parseActionRules } from "../../transform/actions.ts";
import { rulesVersion } from "../../transform/naming.ts";
import { SeedError } from "../../transform/seed-file.ts";
import { Readings } from "../kit/readings.ts";

const text = readFileSync("sql/seeds/dim_action.csv", "utf8");
const header = text.slice(0, text.indexOf("\n"));
const push = "repo.tag.push,repo.push,repo,push,true,true,2025-03,Tag Pushed,tag pushed";

it("the rules are the rows of the seed, read as the engine reads them", async () => {
  const world = await Readings.begin();
  const seed = await world.rows(`select *, true as is_known from read_csv('sql/seeds/dim_action.csv', header = true,
    types = {known_since: 'varchar'}) order by source_action`);
  const columns = Object.keys(seed[0]!).join(", ");
  expect(await world.rows(`select ${columns} from dim_action order by source_action`)).toEqual(seed);
  expect(seed.length).toBe(ACTIONS.length);
});

it("a rule that moves in its file is no new version of the rules; one that names otherwise is", () => {
  expect(rulesVersion(ACTIONS.toReversed())).toBe(rulesVersion());
  expect(rulesVersion(ACTIONS.map((rule) => ({ ...rule, verb: "shove" })))).not.toBe(rulesVersion());
});

it("a cell in quotes may hold a comma and a doubled quote", () => {
  const [rule] = parseActionRules(`${header}\n${push.replace("tag pushed", '"a tag, ""pushed"""')}\n`);
  expect(rule).toMatchObject({ source_action: "repo.tag.push", is_usage: true, meaning: 'a tag, "pushed"' });
});

it.each([
  ["a boolean that is none", push.replace("true,true", "true,yes"), "is_automation_likely", 'found "yes"'],
  ["a category that is not the action's first word", push.replace(",repo,", ",org,"), "category", 'found "org"'],
  ["an action of one word", push.replace(",repo.push,", ",push,"), "action", 'found "push"'],
  ["an empty cell", push.replace("Tag Pushed", ""), "label", 'found ""'],
  ["blanks around a word", push.replace(",push,", ", push,"), "verb", 'found " push"'],
  ["a cell too few", push.replace(",tag pushed", ""), "meaning", "missing"],
  ["a cell too many", `${push},now`, "10", 'found "now"'],
  ["a quote that is not closed", push.replace("tag pushed", '"tag pushed'), "meaning", "a quote"],
  ["an empty line", "", "source_action", 'found ""'],
])("%s fails with file, line and column", (_, line, column, message) => {
  const read = () => parseActionRules(`${header}\n${push.replace("repo.tag.push", "tag.push")}\n${line}\n`);
  expect(read).toThrow(SeedError);
  expect(read).toThrow(`sql/seeds/dim_action.csv, line 3, column ${column}: ${message}`);
});

it("an action on two lines fails, with both lines", () => {
  expect(() => parseActionRules(`${header}\n${push}\n${push}\n`)).toThrow(
    'sql/seeds/dim_action.csv, line 3, column source_action: "repo.tag.push" stands on line 2 too',
  );
});

it("a header that is another fails", () => {
  expect(() => parseActionRules(`${push}\n`)).toThrow("sql/seeds/dim_action.csv, line 1, column 1: found");
});
