import fc from "fast-check";
import { expect, it } from "vitest";
import { refreshActors } from "../../load/actor-kinds.ts";
import { runChecks } from "../../load/checks.ts";
import { buildMarts, loadMarts } from "../../load/marts.ts";
import { withTouchedFacts } from "../../load/touched-days.ts";
import { readRows } from "../../load/warehouse/rows.ts";
import { DAY, NOON, Readings, type Said } from "../kit/readings.ts";
import { insert } from "../kit/rows.ts";

const DAY_S = 86_400;

const said: fc.Arbitrary<Said> = fc.record({
  at: fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 })).map(([day, n]) => day * DAY_S + n),
  tag: fc.constantFrom("a", "b", "c"),
  id: fc.constantFrom(undefined, "1", "2", "3", "4", "5", "6", "7"),
  action: fc.constantFrom("repo.tag.push", "repo.create"),
});

/** Readings one after the other, each of some windows; how far the run comes that merged them. */
const nights = fc.array(
  fc.record({
    windows: fc.array(fc.array(said, { maxLength: 6 }), { minLength: 1, maxLength: 2 }),
    seen: fc.option(fc.integer({ min: 0, max: 12 })),
    comesTo: fc.constantFrom("merge", "marts", "checks"),
  }),
  { minLength: 1, maxLength: 5 },
);

/** What stands in each mart that is kept by day, and what its text says of all facts. */
async function daysOf(world: Readings) {
  const byDay = (await loadMarts(world.warehouse.db)).filter(({ isByDay }) => isByDay);
  return Promise.all(
    byDay.map(async ({ schema, name, text }) => ({
      kept: await world.rows(`select * from ${schema}.${name} order by all`),
      told: await world.rows(`select * from (${text}) order by all`),
    })),
  );
}

/** Insights show a use of Docker Desktop on a day long past, by somebody of the log or by nobody of it. */
async function seeDesktop(world: Readings, day: number, id: string): Promise<void> {
  const { connection } = world.warehouse;
  const [actor, occurred_at] = [
    Number(id) % 2 ? "ann" : "bob",
    new Date(NOON + day * DAY + 7).toISOString().slice(0, -1),
  ];
  const names = { org: "acme", action: "desktop.use", source_action: "last_seen_at", category: "desktop", verb: "use" };
  const about = { actor, actor_kind: "unknown", via_token: false, quantity: 1, source: "member_insights" };
  const from = { run_id: "r", raw_file: "members", raw_row: 0 };
  await insert(connection, "fct_usage", [{ fact_id: `seen${id}`, occurred_at, ...names, ...about, ...from }]);
  await insert(connection, "ops.touched_days", [{ org: "acme", activity_date: occurred_at.slice(0, 10), actor }]);
}

async function expectSameDays(world: Readings) {
  for (const { kept, told } of await daysOf(world)) expect(kept).toEqual(told);
}

it("whatever is loaded in whatever order, and wherever a run ends, days that were kept are as if all were made anew", async () => {
  await fc.assert(
    fc.asyncProperty(nights, async (told) => {
      const world = await Readings.begin();
      for (const [n, { windows, seen, comesTo }] of told.entries()) {
        await world.read(...windows);
        if (seen !== null) await seeDesktop(world, seen, `${n}`);
        if (comesTo === "merge") continue;
        await buildMarts(world.warehouse);
        await expectSameDays(world);
        if (comesTo === "checks") expect((await runChecks(world.warehouse)).failed).toEqual([]);
      }
      await refreshActors(world.warehouse);
      await buildMarts(world.warehouse);
      await expectSameDays(world);
      expect((await runChecks(world.warehouse)).failed).toEqual([]);
      world.warehouse.close();
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 60_000);

/** A warehouse with a fact on each of twenty days, built and checked. */
async function checked() {
  const world = await Readings.begin();
  await world.read(Array.from({ length: 20 }, (_, day) => ({ at: day * DAY_S, tag: `v${day}`, id: `e${day}` })));
  const finish = async () => {
    await buildMarts(world.warehouse);
    return (await runChecks(world.warehouse)).failed.map(({ name }) => name);
  };
  expect(await finish()).toEqual([]);
  return { world, finish };
}

it("after a night only the facts of its days are looked at, and none after a night that brought nothing", async () => {
  const { world } = await checked();
  const seen = () =>
    world.warehouse.transaction((tx) =>
      withTouchedFacts(tx, { columns: "*", withActors: false }, async () => {
        const { rows } = await readRows(
          world.warehouse.connection,
          "select count(*), (select sum(facts) from member_day) from fct_usage",
        );
        return rows[0]!.map((value) => (value === null ? null : Number(value)));
      }),
    );
  expect(await seen()).toEqual([0, null]);
  await world.read([
    { at: 19 * DAY_S, tag: "v19", id: "e19" },
    { at: 20 * DAY_S, tag: "v20", id: "e20" },
  ]);
  expect(await seen()).toEqual([2, 1 + 1]);
});

it("what fails a check fails it again, though the next run touches other days", async () => {
  const { world, finish } = await checked();
  await world.read([{ at: 3 * DAY_S + 1, tag: "again", id: "n" }]);
  await world.warehouse.connection.run("update fct_usage set action = 'repo.shove' where event_id = 'n'");
  expect(await finish()).toEqual(["facts_follow_the_rules"]);
  await world.read([{ at: 9 * DAY_S + 1, tag: "other", id: "o" }]);
  expect(await finish()).toEqual(["facts_follow_the_rules"]);
});

it("facts that came or went by another hand are found on any day", async () => {
  const { world, finish } = await checked();
  await world.warehouse.connection.run("insert into fct_usage from fct_usage where event_id = 'e4'");
  expect(await finish()).toEqual(["facts_are_unique", "files_add_up"]);
  await expectSameDays(world);
});

it("once a week all facts are checked, not only those of the touched days", async () => {
  const { world, finish } = await checked();
  await world.warehouse.connection.run("update fct_usage set action = 'repo.shove' where event_id = 'e4'");
  expect(await finish()).toEqual([]);
  await world.warehouse.connection.run("update ops.full_checks set checked_at = checked_at - interval 8 days");
  expect(await finish()).toEqual(["facts_follow_the_rules"]);
});
