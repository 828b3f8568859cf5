import { expect, it } from "vitest";
import { Readings, type Said } from "../../kit/readings.ts";

const TEN_DAYS = 10 * 86_400;
const first: Said = { at: 0, tag: "v1", id: "again" };
const later: Said = { at: TEN_DAYS, tag: "v2", id: "again" };

const factsAndCounts = async (world: Readings) => ({
  facts: (await world.facts()).map(({ at, tag }) => `${at} ${tag}`),
  ...(
    await world.rows(
      "select sum(facts)::int as facts_counted, sum(duplicates)::int as duplicates from ops.loaded_files",
    )
  )[0],
});

async function expectSameAfterRebuild(world: Readings): Promise<void> {
  const warnings = () => world.rows("select * exclude (warned_at) from ops.warnings order by all");
  const [built, warned] = [await world.state(), await warnings()];
  await world.rebuild();
  expect(await world.state()).toBe(built);
  expect(await warnings()).toEqual(warned);
}

it("an event_id that comes again ten days later is one fact, the first, one duplicate and one warning", async () => {
  const world = await Readings.begin();
  await world.read([first]);
  const { warnings, ...counts } = await world.read([later]);
  expect(counts).toEqual({ facts: 0, duplicates: 1 });
  expect(warnings).toEqual([
    'acme: Docker Hub gave the event_id "again" to two events. The first (repo.tag.push at 2025-06-01T12:00:00.000Z) is the fact; the other (repo.tag.push at 2025-06-11T12:00:00.000Z) is counted as a duplicate and stays in the raw files. Nothing is to be done',
  ]);
  expect(await world.rows("select org, stream, kind, message from ops.warnings")).toEqual([
    { org: "acme", stream: "auditlog", kind: "repeated_event_id", message: warnings[0] },
  ]);
  expect(await factsAndCounts(world)).toEqual({ facts: ["0 v1"], facts_counted: 1, duplicates: 1 });
  await expectSameAfterRebuild(world);
});

it("read again night after night it is warned of once", async () => {
  const world = await Readings.begin();
  await world.read([first]);
  await world.read([later]);
  for (let night = 0; night < 2; night++)
    expect(await world.read([later, { at: TEN_DAYS + 1 + night, tag: "n", id: `n-${night}` }])).toEqual({
      facts: 1,
      duplicates: 1,
      warnings: [],
    });
  await expectSameAfterRebuild(world);
});

const changes: [what: string, Said][] = [
  ["another tag", { at: 0, tag: "v2", id: "again" }],
  ["another action", { at: 0, tag: "v1", id: "again", action: "repo.delete" }],
  ["another time of the same day", { at: 5, tag: "v1", id: "again" }],
  ["an earlier time, ten days ago", { at: -TEN_DAYS, tag: "v1", id: "again" }],
];
it.each(changes)("the same id with %s is resolved and warned of, too", async (_, other) => {
  const world = await Readings.begin();
  await world.read([first]);
  const { warnings, ...counts } = await world.read([other]);
  expect([counts, warnings.length]).toEqual([{ facts: 0, duplicates: 1 }, 1]);
  expect((await factsAndCounts(world)).facts).toEqual(["0 v1"]);
  await expectSameAfterRebuild(world);
});

it("the same event, read again, is no repeat, and in another organization it is another event", async () => {
  const world = await Readings.begin();
  await world.read([first, { ...first, id: "other" }]);
  expect(await world.read([first])).toEqual({ facts: 0, duplicates: 1, warnings: [] });
  expect(await world.merge(await world.write([[later]], "other"))).toEqual({ facts: 1, duplicates: 0, warnings: [] });
  expect(await world.rows("select org, fact_id from fct_usage where fact_id = 'again' order by 1")).toEqual([
    { org: "acme", fact_id: "again" },
    { org: "other", fact_id: "again" },
  ]);
});

it.each([
  ["in one window", [[later, first]]],
  ["in two windows", [[later], [first]]],
  ["in two windows that come the other way round", [[first], [later]]],
])("twice in one run, %s, the earlier event is the fact, whatever the order of merging", async (_, windows) => {
  const world = await Readings.begin();
  const files = await world.write(windows);
  let [facts, warnings] = [0, 0];
  for (const file of files) {
    const merged = await world.merge([file]);
    facts += merged.facts;
    warnings += merged.warnings.length;
  }
  expect([facts, warnings]).toEqual([1, 1]);
  expect(await factsAndCounts(world)).toEqual({ facts: ["0 v1"], facts_counted: 1, duplicates: 1 });
  await expectSameAfterRebuild(world);
});

it("a source that repeats hundreds of ids is warned of in a few lines", async () => {
  const world = await Readings.begin();
  const many = (at: number) => Array.from({ length: 300 }, (_, n) => ({ at: at + n, tag: "t", id: `id-${n}` }));
  await world.read(many(0));
  const { warnings, ...counts } = await world.read(many(TEN_DAYS));
  expect(counts).toEqual({ facts: 0, duplicates: 300 });
  expect(warnings).toHaveLength(21);
  expect(warnings[20]).toMatch(/280 more event_ids came again/);
});

it("a batch whose windows repeat each other many times over has each event once, the first run's, and warns of what differs", async () => {
  const world = await Readings.begin();
  const night = (tag: (n: number) => string) =>
    Array.from({ length: 3000 }, (_, n): Said => ({ at: n, tag: tag(n), ...(n % 3 === 0 ? {} : { id: `id-${n}` }) }));
  const same = night((n) => `t${n}`);
  const files = [
    ...(await world.write([[...same, ...same.filter(({ id }) => id)], same])),
    ...(await world.write([same.slice(1000), same.slice(0, 2000)])),
    ...(await world.write([night((n) => (n % 300 === 1 ? "other" : `t${n}`))])),
  ];
  const { warnings, ...counts } = await world.merge(files);
  expect(counts).toEqual({ facts: 3000, duplicates: 2000 + 3000 + 2000 + 2000 + 3000 });
  expect(warnings).toHaveLength(10);
  expect(
    await world.rows("select count(distinct loaded_at)::int as batches, count(*)::int as files from ops.loaded_files"),
  ).toEqual([{ batches: 1, files: 5 }]);
  expect(
    await world.rows(
      "select count(distinct fact_id)::int as ids, count(distinct run_id)::int as runs, count(*) filter (tag = 'other')::int as others from fct_usage",
    ),
  ).toEqual([{ ids: 3000, runs: 1, others: 0 }]);
  await expectSameAfterRebuild(world);
});
