import { expect, it } from "vitest";
import { Readings, type Said } from "../../kit/readings.ts";

const NIGHT: readonly Said[] = [
  { at: 90, tag: "a" },
  { at: 90, tag: "a" },
  { at: 80, tag: "b" },
  { at: 70, tag: "c" },
  { at: 60, tag: "d" },
];
const named = (said: readonly Said[]): Said[] => said.map((one, n) => ({ ...one, id: `id-${n}` }));
const spelled = (said: readonly Said[], account: string): Said[] => said.map((one) => ({ ...one, account }));

const SPELLINGS = `
  select org, count(*)::int as n from fct_usage group by all
  union all
  select distinct org, 0 from ops.loaded_files
  union all
  select distinct org, 0 from ops.event_days
  union all
  select org, 0 from ops.organizations
  order by all`;
const all = (org: string, n: number) => [0, 0, 0, n].map((count) => ({ org, n: count }));

it.each([
  ["with ids", named(NIGHT)],
  ["without ids", NIGHT],
])(
  "a merge that fails at its end leaves the spelling as it was, and the next one finds every fact again: %s",
  async (_, said) => {
    const world = await Readings.begin();
    await world.read(said);
    const { connection } = world.warehouse;
    const files = await world.write([spelled([...said, { at: 120, tag: "new", id: "new" }], "Acme")]);
    await connection.run("alter table ops.event_days rename to event_days_away");
    await expect(world.merge(files)).rejects.toThrow("event_days");
    await connection.run("alter table ops.event_days_away rename to event_days");
    expect(await world.rows(SPELLINGS)).toEqual(all("acme", 5));
    expect(await world.merge(files)).toEqual({ facts: 1, duplicates: 5, warnings: [] });
    expect(await world.rows(SPELLINGS)).toEqual(all("Acme", 6));
  },
);

it("a merge that fails gives no organization the first spelling of what it did not merge", async () => {
  const world = await Readings.begin();
  const [first, other] = [await world.write([spelled(NIGHT, "ACME")]), await world.write([spelled(NIGHT, "Acme")])];
  const { connection } = world.warehouse;
  await connection.run("alter table ops.event_days rename to event_days_away");
  await expect(world.merge(first)).rejects.toThrow("event_days");
  await connection.run("alter table ops.event_days_away rename to event_days");
  expect(await world.rows("select first_account from ops.organizations where first_account is not null")).toEqual([]);
  expect(await world.merge([...first, ...other])).toEqual({ facts: 5, duplicates: 5, warnings: [] });
  expect(await world.rows("select first_account from ops.organizations")).toEqual([{ first_account: "ACME" }]);
});

it.each([
  ["come", NIGHT, named(NIGHT)],
  ["go", named(NIGHT), NIGHT],
])("where ids %s and the organization is spelled anew at once, every event counts once", async (_, had, has) => {
  const world = await Readings.begin();
  await world.read(had.slice(0, 4), had.slice(2));
  const windows = [spelled(has.slice(0, 4), "Acme"), spelled(has.slice(2), "Acme")];
  expect(await world.read(...windows)).toEqual({ facts: 0, duplicates: 7, warnings: [] });
  expect(await world.rows(SPELLINGS)).toEqual(all("Acme", 5));
  const built = await world.state();
  await world.rebuild();
  expect(await world.state()).toBe(built);
});

it("windows of one batch that spell it in different ways are one organization, as the newest spells it", async () => {
  const world = await Readings.begin();
  const files = [
    ...(await world.write([spelled(NIGHT, "acme")])),
    ...(await world.write([spelled(NIGHT, "ACME")], "Acme")),
    ...(await world.write([spelled(NIGHT, "aCMe")], "ACME")),
  ];
  expect(await world.merge(files)).toEqual({ facts: 5, duplicates: 10, warnings: [] });
  expect(await world.rows(SPELLINGS)).toEqual(all("aCMe", 5));
});
