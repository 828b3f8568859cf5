import { expect, it } from "vitest";
import { runChecks } from "../../load/checks.ts";
import { buildMarts } from "../../load/marts.ts";
import { loadActionRules } from "../../load/merge/actions.ts";
import { noteRules, renameFacts, rulesChange } from "../../load/rules.ts";
import { ACTIONS, type ActionRule } from "../../transform/actions.ts";
import { rulesVersion } from "../../transform/naming.ts";
import { Readings } from "../kit/readings.ts";

const NIGHT = ["repo.tag.push", "repo.create", "org.member.removed", "scout.policy.evaluate"].map((action, n) => ({
  at: n,
  tag: `t${n}`,
  id: `e${n}`,
  action,
}));

/** A later table of rules: a push is called otherwise, an alias is gone, an unknown action is known. */
const LATER: readonly ActionRule[] = [
  ...ACTIONS.filter(({ source_action }) => source_action !== "org.member.removed").map((rule) =>
    rule.source_action === "repo.tag.push"
      ? { ...rule, action: "image.publish", category: "image", verb: "publish" }
      : rule,
  ),
  { ...ACTIONS[0]!, source_action: "scout.policy.evaluate", action: "member.scan", category: "member", verb: "scan" },
];

const NAMES = "select source_action, action, category, verb, subject from fct_usage order by source_action";

it("old facts get the names of new rules, once, those of older rules again, and nothing else of them changes", async () => {
  const world = await Readings.begin();
  const { warehouse } = world;
  await world.read(NIGHT);
  await noteRules(warehouse, { programVersion: "0.0.0", factsRenamed: 0 });
  const before = await world.rows(NAMES);
  const others = "select * exclude (action, category, verb, subject) from fct_usage order by fact_id";
  const kept = await world.rows(others);
  expect(await rulesChange(warehouse)).toBe("none");

  const later = rulesVersion(LATER);
  expect(await rulesChange(warehouse, later)).toBe("names");
  await loadActionRules(warehouse, LATER);
  expect(await renameFacts(warehouse)).toBe(3);
  await noteRules(warehouse, { programVersion: "0.0.1", factsRenamed: 3, version: later });
  expect(await world.rows(NAMES)).toEqual([
    {
      source_action: "org.member.removed",
      action: "org.member.removed",
      category: "org",
      verb: "removed",
      subject: null,
    },
    { source_action: "repo.create", action: "repo.create", category: "repo", verb: "create", subject: null },
    { source_action: "repo.tag.push", action: "image.publish", category: "image", verb: "publish", subject: null },
    { source_action: "scout.policy.evaluate", action: "member.scan", category: "member", verb: "scan", subject: null },
  ]);
  expect(await rulesChange(warehouse, later)).toBe("none");
  expect(await renameFacts(warehouse)).toBe(0);

  // the older program again: its rules differ from the newest, and its next run finds its own
  expect(await rulesChange(warehouse)).toBe("names");
  await loadActionRules(warehouse);
  expect(await renameFacts(warehouse)).toBe(3);
  await noteRules(warehouse, { programVersion: "0.0.0", factsRenamed: 3 });
  expect(await rulesChange(warehouse)).toBe("none");
  expect(await world.rows(NAMES)).toEqual(before);
  expect(await world.rows(others)).toEqual(kept);
});

it("marts and checks hold after the rules changed, and a fact that was left behind fails a check", async () => {
  const world = await Readings.begin();
  const { warehouse } = world;
  await world.read(NIGHT);
  await loadActionRules(warehouse, LATER);
  const failed = async () => {
    await buildMarts(warehouse);
    return (await runChecks(warehouse)).failed.map(({ name }) => name);
  };
  expect(await failed()).toContain("facts_follow_the_rules");
  await renameFacts(warehouse);
  expect(await failed()).toEqual([]);
  expect(await world.rows("select source_action, category from unmapped_actions")).toEqual([
    { source_action: "org.member.removed", category: "org" },
  ]);
});

it("who was acted upon follows the action's name", async () => {
  const world = await Readings.begin();
  const data = { username: "Eve" };
  await world.read([{ at: 0, tag: "t", id: "e", action: "scout.policy.evaluate", data }]);
  expect((await world.rows(NAMES))[0]).toMatchObject({ subject: null });
  await loadActionRules(world.warehouse, LATER);
  await renameFacts(world.warehouse);
  expect((await world.rows(NAMES))[0]).toMatchObject({ action: "member.scan", subject: "eve" });
});
