import { describe, expect, it } from "vitest";
import { Readings, type Said } from "../../kit/readings.ts";

const named = (said: readonly Said[]): Said[] => said.map((one, n) => ({ ...one, id: one.id ?? `id-${n}` }));
const bare = (said: readonly Said[]): Said[] => said.map(({ id: _, ...one }) => one);

/** Eight happenings: two are truly identical, two share their instant only, one is alike but for its instant. */
const NIGHT: readonly Said[] = [
  { at: 90, tag: "twin" },
  { at: 90, tag: "twin" },
  { at: 90, tag: "other" },
  { at: 80, tag: "twin" },
  { at: 80, tag: "a", action: "repo.create" },
  { at: 80, tag: "a" },
  { at: 70, tag: "b" },
  { at: 60, tag: "c" },
];
const NEXT: readonly Said[] = [
  { at: 120, tag: "twin" },
  { at: 110, tag: "d" },
];

describe.each([
  ["appear", bare, named],
  ["vanish", named, bare],
] as const)("where ids %s", (_, had, has) => {
  it("the look-back adds what is new and nothing else, that night and the next", async () => {
    const world = await Readings.begin();
    await world.read(had(NIGHT));
    const known = await world.facts();
    expect(await world.read(has(NIGHT))).toEqual({ facts: 0, duplicates: 8, warnings: [] });
    expect(await world.facts()).toEqual(known);
    expect(await world.read(has([...NIGHT, ...NEXT]))).toMatchObject({ facts: 2, duplicates: 8 });
    expect(await world.read(has([...NIGHT, ...NEXT]))).toMatchObject({ facts: 0, duplicates: 10 });
    expect(await world.read(had(NIGHT))).toMatchObject({ facts: 0, duplicates: 8 });
  });

  it("one more of truly identical events is one more, and stays so", async () => {
    const world = await Readings.begin();
    await world.read(had(NIGHT));
    const more = [...NIGHT, { at: 90, tag: "twin" }];
    expect(await world.read(has(more))).toMatchObject({ facts: 1, duplicates: 8 });
    for (const reading of [has(more), had(more), has(more)])
      expect(await world.read(reading)).toMatchObject({ facts: 0, duplicates: 9 });
  });

  it("windows that share a second, merged together or apart, give the same facts; rebuild too", async () => {
    const world = await Readings.begin();
    await world.read(had(NIGHT).slice(0, 6), had(NIGHT).slice(3));
    expect(await world.rows("select count(*) as n from fct_usage")).toEqual([{ n: 8 }]);
    await world.read(has(NIGHT).slice(0, 6), has(NIGHT).slice(3));
    expect(await world.rows("select count(*) as n from fct_usage")).toEqual([{ n: 8 }]);
    const built = await world.state();
    await world.rebuild();
    expect(await world.state()).toBe(built);
  });
});

it("where some records have an id and some have none, each counts once, whichever has one next time", async () => {
  const world = await Readings.begin();
  const half = named(NIGHT).map(({ id, ...said }, n) => (n % 2 ? { ...said, id } : said));
  const rest = named(NIGHT).map(({ id, ...said }, n) => (n % 2 ? said : { ...said, id }));
  expect(await world.read(half)).toMatchObject({ facts: 8 });
  for (const reading of [rest, half, bare(NIGHT), named(NIGHT), rest])
    expect(await world.read(reading)).toMatchObject({ facts: 0, duplicates: 8 });
  const built = await world.state();
  await world.rebuild();
  expect(await world.state()).toBe(built);
});

it("an event without an id beside one with it, in one reading, is another event", async () => {
  const world = await Readings.begin();
  const both = [
    { at: 90, tag: "x", id: "one" },
    { at: 90, tag: "x" },
  ];
  expect(await world.read(both)).toMatchObject({ facts: 2 });
  expect(await world.read(both)).toMatchObject({ facts: 0, duplicates: 2 });
});

it("the same event in another organization is another event", async () => {
  const world = await Readings.begin();
  await world.read(bare(NIGHT));
  expect(await world.merge(await world.write([named(NIGHT)], "other"))).toMatchObject({ facts: 8, duplicates: 0 });
});

it("nothing is compared by what it says while ids neither come nor go", async () => {
  const world = await Readings.begin();
  const asked: string[] = [];
  const { connection } = world.warehouse;
  const run = connection.runAndReadAll.bind(connection);
  connection.runAndReadAll = (text, ...rest) => {
    asked.push(text);
    return run(text, ...rest);
  };
  await world.read(named(NIGHT));
  await world.read(named([...NEXT, ...NIGHT].reverse()));
  expect(asked.filter((text) => text.includes("incoming_compared"))).toEqual([]);
  await world.read(bare(NIGHT));
  expect(asked.filter((text) => text.includes("incoming_compared"))).not.toEqual([]);
});
